// Compiled by the tests, not run: the types fit what the program prints.
import { fire, listen, serve, SlotflowHooksError, type Attempt, type FireResult } from 'slotflow-hooks';

export async function use(): Promise<Attempt[]> {
  await using receiver = await listen({ secret: 'whsec_x', failRate: 0.5, fault: ['reset:0.1'] });
  const port: number = receiver.port;
  for await (const line of receiver.events) {
    if (line.type === 'summary') break;
  }
  const verdict: 'valid' | string = (await receiver.next()).signature;
  const api = await serve({ load: { plan: 'free' }, fail: '* 503@0.1' });
  const { exitCode, summary } = await api.stop({ grace: 1000 });
  console.log(port, verdict, exitCode, summary?.attempts);
  try {
    const result: FireResult = await fire({ to: receiver.url, event: 'booking.confirmed', args: ['-v'] });
    return result.attempts;
  } catch (error) {
    if (error instanceof SlotflowHooksError && error.code === 'USAGE') return [];
    throw error;
  }
}

// @ts-expect-error: an option that does not exist
void listen({ failrate: 0.5 });
// @ts-expect-error: an event that does not exist
void fire({ event: 'booked' });

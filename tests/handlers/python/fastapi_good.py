"""A handler for Slotflow webhooks in FastAPI.

    uvicorn --port 0 fastapi_good:app
SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
"""

import json
import time
from typing import Optional

from fastapi import BackgroundTasks, FastAPI, Header, HTTPException, Request, Response

from good import PATH, is_authentic, parse_event, report

app = FastAPI()


def work(event, data, body):
    print(json.dumps(report(event, data, body)))


@app.post(PATH)
async def receive(request: Request, tasks: BackgroundTasks,
                  x_slotflow_signature: Optional[str] = Header(default=None)):
    # The signature covers the raw body, not a model or what request.json() returns.
    body = await request.body()
    if not is_authentic(x_slotflow_signature or "", body, time.time()):
        raise HTTPException(status_code=401)
    received = parse_event(body)
    if received is None:
        raise HTTPException(status_code=400)
    tasks.add_task(work, *received, body)  # after the response
    return Response()

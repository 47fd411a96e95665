"""A handler for Slotflow webhooks in Django, as a project of one file.

    gunicorn django_good:application
    django_good.py    with the server of runserver, which cannot print a free port
SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
PORT                      0: any free port
"""

import json
import os
import secrets
import time

from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from good import PATH, is_authentic, parse_event, report

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY=secrets.token_urlsafe(),
)


# Slotflow sends no CSRF token: the signature proves that the event is from Slotflow.
@csrf_exempt
@require_POST
def receive(request):
    # The signature covers the raw body, which is request.body.
    body = request.body
    header = request.headers.get("X-Slotflow-Signature", "")
    if not is_authentic(header, body, time.time()):
        return HttpResponse(status=401)
    received = parse_event(body)
    if received is None:
        return HttpResponse(status=400)
    print(json.dumps(report(*received, body)))  # the work
    return HttpResponse()


urlpatterns = [path(PATH.lstrip("/"), receive)]
application = get_wsgi_application()


class Server(ThreadedWSGIServer):
    request_queue_size = 128  # with runserver's 10, the rest of a burst waits for a second


if __name__ == "__main__":
    server = Server(("127.0.0.1", int(os.environ["PORT"])), WSGIRequestHandler)
    server.set_app(application)
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()

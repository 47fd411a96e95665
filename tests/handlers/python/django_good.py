"""A handler for Slotflow webhooks in Django, as a project of one file.

    gunicorn django_good:application
    django_good.py    with the server of runserver, which can take a free port here
SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
PORT                      0 takes a free one
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


# Slotflow has no CSRF token; its signature shows who it is.
@csrf_exempt
@require_POST
def receive(request):
    # The signature is over the bytes as they came, which request.body is.
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

if __name__ == "__main__":
    server = ThreadedWSGIServer(("127.0.0.1", int(os.environ["PORT"])), WSGIRequestHandler)
    server.set_app(application)
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()

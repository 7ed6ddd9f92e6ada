"""A stand-in for the worker and beat: Celery over the stack's own Redis."""

import os

from celery import Celery

app = Celery("standin", broker=os.environ["CELERY_BROKER_URL"])

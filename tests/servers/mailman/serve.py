"""Run by the Python of Mailman's own environment: the REST API alone, without the daemons that send mail."""

import sys

from mailman.core.initialize import initialize

initialize(sys.argv[1])
from mailman.rest.gunicorn import make_gunicorn_server  # noqa: E402  it reads what was just initialized

sys.argv = sys.argv[:1]  # gunicorn reads it too
make_gunicorn_server().run()

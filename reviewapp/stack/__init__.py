"""The embedded stack: PostgreSQL, Redis and a supervisor under one folder.

`make demo` and `make test` need no server on the machine: the binaries come in
wheels and run under ``DATA_DIR`` (default ``var/demo``), reached by unix sockets
that nobody else can open. ``python -m reviewapp.stack --help`` lists the commands.

Nothing here imports Django: the stack must stand before settings can be read.
It needs Linux (``/proc``) and util-linux (``setpriv``); elsewhere point
``DATABASE_URL``, ``KEYS_DATABASE_URL`` and ``REDIS_URL`` at servers of your own.
"""

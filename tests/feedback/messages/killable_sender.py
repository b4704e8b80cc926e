"""A process that loads everything once, then forks a sender per line it reads; senders may be killed at any moment.

Run as a module by `test_killing`; its settings come from the environment. Each line is the moment to send at; it
answers with the sender's process id.
"""

import os
import sys
from datetime import datetime

from feedback.app import create_app
from feedback.messages.sending import send_due


def main() -> None:
    app = create_app()
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            with app.app_context():
                send_due(now=datetime.fromisoformat(line.strip()), settings=app.extensions["otklik"])
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    main()

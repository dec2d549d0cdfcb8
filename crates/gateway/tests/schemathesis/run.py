"""Lets schemathesis call a running `frontdesk serve` with requests made up from its own specification, good and bad ones.

No answer may be a 5xx, and each must be one that /api/openapi.json describes: status, content type, headers, body. The
server has a database of its own, which is thrown away. Run by `make test-api`.

    run.py PROGRAM [--max-examples N] [--seed N]
"""

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
PERSON = {"email": "una@example.org", "password": "correct horse battery"}

# What the specification cannot say: a zone must be one that there is.
CONFIG = """
[generation]
allow-x00 = false  # 422 everywhere, named by the field; tests of the gateway see to it

[[operations]]
include-path = "/api/chat/sessions/{{id}}"
parameters = {{ "path.id" = "{session}" }}

[[operations]]
include-path = ["/api/appointments/{{id}}", "/api/appointments/{{id}}.ics"]
parameters = {{ "path.id" = "{appointment}" }}

[[operations]]
include-path = ["/api/chat", "/api/chat/messages"]
[operations.checks]
positive_data_acceptance.expected-statuses = [200, 403, 404, 409, 422]
"""


@contextlib.contextmanager
def serving(program, directory):
    """The address of a server that ends with the block."""
    settings = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": directory,
        "LISTEN_ADDR": "127.0.0.1:0",
        "RATE_LIMIT_AUTH": "0",
        "RATE_LIMIT_CHAT": "0",
        "RUST_LOG": "warn",
    }
    with (Path(directory) / "log").open("w") as log:
        server = subprocess.Popen([program, "serve"], env=settings, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            for line in server.stdout:
                if listens := re.search(r"http://\S+", line):
                    yield listens[0]
                    break
            else:
                raise SystemExit("serve does not say where it listens")
            if server.poll() is not None:
                raise SystemExit("the server is gone")
        finally:
            server.terminate()
            server.wait()


def call(url, path, body, token=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def furnished(url):
    """A person with a conversation and an appointment: their token, and what the calls about these need."""
    token = call(url, "/api/auth/signup", PERSON)["jwt"]
    session = call(url, "/api/chatbot/token", {}, token)["session_id"]
    message = {"session_id": session, "message": "Book a meeting next wednesday at 3pm"}
    booked = call(url, "/api/chat", message, token)
    if not booked.get("appointment_id"):
        asked = booked.get("quick_replies") or [""]
        booked = call(url, "/api/chat", {**message, "message": asked[0]}, token)
    return token, CONFIG.format(session=session, appointment=booked["appointment_id"])


def main():
    words = argparse.ArgumentParser()
    words.add_argument("program")
    words.add_argument("--max-examples", default="50")
    words.add_argument("--seed", default="1")
    words = words.parse_args()
    with tempfile.TemporaryDirectory() as directory, serving(words.program, directory) as url:
        token, config = furnished(url)
        (Path(directory) / "schemathesis.toml").write_text(config)

        def explore(token, *selected):
            command = [SCHEMATHESIS, "--config-file", f"{directory}/schemathesis.toml", "run", f"{url}/api/openapi.json"]
            options = ["--checks", "all", "--max-examples", words.max_examples, "--seed", words.seed, "--no-color"]
            options += ["--request-timeout", "60"]
            header = ["--header", f"Authorization: Bearer {token}"]
            return subprocess.run([*command, *options, *header, *selected], cwd=directory, check=False).returncode

        # Whoever logs out can call nothing more.
        failed = explore(token, "--exclude-operation-id", "logOut")
        failed |= explore(call(url, "/api/auth/login", PERSON)["jwt"], "--include-operation-id", "logOut")
        log = (Path(directory) / "log").read_text()
        causes = [line for line in log.splitlines() if re.search(r"request failed|panicked", line)]
        print(*causes, sep="\n")
        raise SystemExit(1 if failed or causes else 0)


if __name__ == "__main__":
    main()

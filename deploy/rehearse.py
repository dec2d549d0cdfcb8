"""Starts web, api, ai and db as docker-compose.yml says, on loopback and without an engine, and books through web.

Commands, environments, health checks and the order of starting come from the file as Docker Compose reads it; only
addresses are replaced (`http://ai:8080` becomes a port on 127.0.0.1), and paths inside containers by those outside.
Run by `make compose-rehearsal`.
"""

import contextlib
import glob
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from stack import ROOT, SECRETS, resolved

PROGRAM = "/usr/local/bin/frontdesk"
PORTS = {"web": 8080, "api": 8080, "ai": 8080, "db": 5432}
NOW = "2026-11-23T10:20:00Z"
PATIENCE = 120


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Rehearsal:
    def __init__(self, binary, directory):
        self.binary, self.directory = binary, Path(directory)
        self.stack = resolved(["docker-compose.yml"], {**SECRETS, "FRONTDESK_NOW": NOW})
        self.ports = {name: free_port() for name in self.stack["services"]}
        self.running = {}

    def outside(self, name, value):
        """A value of a service's settings as it is outside of its container."""
        for service, port in PORTS.items():
            value = value.replace(f"{service}:{port}", f"127.0.0.1:{self.ports[service]}")
        value = value.replace(f"0.0.0.0:{PORTS[name]}", f"127.0.0.1:{self.ports[name]}")
        subnet = self.stack["networks"]["internal"]["ipam"]["config"][0]["subnet"]
        value = value.replace(subnet, "127.0.0.0/8").replace(PROGRAM, str(self.binary))
        for mount in self.stack["services"][name].get("volumes") or []:
            value = value.replace(mount["target"], mount["source"])
        return value

    def environment(self, name):
        settings = self.stack["services"][name].get("environment", {})
        set_here = {key: self.outside(name, value) for key, value in settings.items() if value is not None}
        return {"PATH": os.environ["PATH"], **set_here}

    def start(self, name):
        log = (self.directory / f"{name}.log").open("w")
        if name == "db":
            words, user = self.database(), database_user()
        else:
            words, user = [self.binary, *self.stack["services"][name]["command"]], None
        self.running[name] = subprocess.Popen(
            words, env=self.environment(name), stdout=log, stderr=log, user=user
        )
        deadline = time.monotonic() + PATIENCE
        while not self.healthy(name):
            if self.running[name].poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{name} does not get well:\n{(self.directory / f'{name}.log').read_text()}")
            time.sleep(0.2)
        print(f"{name}: healthy at 127.0.0.1:{self.ports[name]}")

    def healthy(self, name):
        kind, *words = self.stack["services"][name]["healthcheck"]["test"]
        assert kind == "CMD", kind
        words = [self.outside(name, word) for word in words]
        if name == "db":
            words = [f"{postgres_programs()}/{words[0]}", *words[1:], f"--port={self.ports['db']}"]
        check = subprocess.run(words, env=self.environment(name), capture_output=True, check=False)
        return check.returncode == 0

    def database(self):
        """Does what the image's entry point does with these settings, and gives the command of the server."""
        settings, data, secret = self.environment("db"), self.directory / "database", self.directory / "password"
        secret.write_text(settings["POSTGRES_PASSWORD"])
        data.mkdir()
        user, programs = database_user(), postgres_programs()
        for path in (self.directory, secret, data):
            shutil.chown(path, user or os.geteuid())

        def run(words, said=None):
            done = subprocess.run(words, input=said, text=True, capture_output=True, check=False, user=user)
            if done.returncode != 0:
                raise SystemExit(f"{words[0]}: {done.stderr}")

        role, options = settings["POSTGRES_USER"], settings["POSTGRES_INITDB_ARGS"].split()
        initdb = [f"{programs}/initdb", f"--pgdata={data}", f"--username={role}", f"--pwfile={secret}"]
        run([*initdb, "--auth=scram-sha-256", "--no-sync", *options])
        create = f"CREATE DATABASE {settings['POSTGRES_DB']};\n"
        run([f"{programs}/postgres", "--single", "-D", str(data), "postgres"], create)
        listen = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}"]
        server, *options = self.stack["services"]["db"]["command"]
        return [f"{programs}/{server}", "-D", str(data), "-p", str(self.ports["db"]), *listen, *options]

    def in_order(self):
        """Who others wait for comes first, and each starts when those are healthy."""
        waiting = dict(self.stack["services"])
        while waiting:
            for name, service in list(waiting.items()):
                if not set(service.get("depends_on") or {}) & set(waiting):
                    self.start(name)
                    del waiting[name]

    def call(self, path, body=None, token=None):
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        url = f"http://127.0.0.1:{self.ports['web']}{path}"
        data = None if body is None else json.dumps(body).encode()
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=40) as answer:
                    return json.loads(answer.read())
            except urllib.error.HTTPError as error:
                # Busy: come again when it says. A message has an id, so that it is answered once.
                if error.code != 503 or time.monotonic() > deadline:
                    raise
                time.sleep(int(error.headers["Retry-After"]))

    def book(self):
        jwt = self.call("/api/auth/signup", {"email": "ada@example.org", "password": "correct horse"})["jwt"]
        chat = self.call("/api/chatbot/token", {}, jwt)
        message = {"message": "Book a meeting on Wednesday at 3pm", "message_id": "m-1"}
        said = {"session_id": chat["session_id"], **message}
        answer = self.call("/api/chat", said, chat["chat_token"])
        print(f"desk: {answer['reply']}")
        (own,) = self.call("/api/appointments", token=jwt)["appointments"]
        assert own["id"] == answer["appointment_id"], (own, answer)
        assert (own["start_time"], own["status"]) == ("2026-11-25T15:00:00Z", "BOOKED"), own

    def stop(self):
        for process in reversed(self.running.values()):
            process.terminate()
        for name, process in self.running.items():
            process.wait(timeout=30)
            assert process.returncode == 0, f"{name} ended with {process.returncode}"


def database_user():
    """PostgreSQL refuses to run as root."""
    return "postgres" if os.geteuid() == 0 else None


def postgres_programs():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise SystemExit("PostgreSQL's programs are missing (Debian: apt-get install postgresql)")
    return found[-1] if found else str(Path(on_path).parent)


def main():
    binary = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/release/frontdesk").resolve()
    # Another user runs the database: its files cannot lie in a directory that is closed to others.
    with tempfile.TemporaryDirectory(prefix="frontdesk-", dir="/tmp") as directory:
        rehearsal = Rehearsal(binary, directory)
        try:
            rehearsal.in_order()
            rehearsal.book()
            rehearsal.stop()
        finally:
            for process in rehearsal.running.values():
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
    print("the stack starts and books as docker-compose.yml says")


if __name__ == "__main__":
    main()

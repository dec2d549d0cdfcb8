"""The stack as Docker Compose itself reads it, without an engine."""

import importlib.util
import json
import os
import subprocess
import tempfile
from pathlib import Path

# The package's own command swallows the exit code.
COMPOSE = f"{importlib.util.find_spec('compose').submodule_search_locations[0]}/docker-compose"
ROOT = Path(__file__).resolve().parent.parent
# Any secrets that are no examples.
SECRETS = {name: name.lower().replace("_", "-") * 4 for name in ("JWT_SECRET", "AI_SERVICE_SECRET", "POSTGRES_PASSWORD")}


def compose(files, settings, *words):
    """Runs docker-compose on these files with this .env and nothing of our environment."""
    with tempfile.NamedTemporaryFile("w", suffix=".env") as env:
        env.writelines(f"{name}={value}\n" for name, value in settings.items())
        env.flush()
        chosen = [word for file in files for word in ("--file", str(ROOT / file))]
        return subprocess.run(
            [COMPOSE, "--project-directory", ROOT, "--env-file", env.name, *chosen, *words],
            env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")},
            capture_output=True,
            text=True,
            check=False,
        )


def resolved(files, settings):
    """The whole stack, every variable filled in."""
    read = compose(files, settings, "config", "--format", "json")
    if read.returncode != 0:
        raise SystemExit(f"{' '.join(files)}: {read.stderr.strip()}")
    return json.loads(read.stdout)

"""Checks docker-compose.yml, its override, the Dockerfile and .env.example. Needs no engine and no network.

Run by `make compose-check`, which installs what it stands on.
"""

import re
import shutil
import subprocess
import sys
import tempfile

from stack import ROOT, SECRETS, compose, resolved

FILES = ["docker-compose.yml"]
WITH_OPENAI = [*FILES, "docker-compose.openai.yml"]
OURS = {"web", "api", "ai"}
# Names of the example secrets in .env.example; the program refuses what contains this.
EXAMPLE = "change-me"

complaints = []


def demand(holds, complaint):
    if not holds:
        complaints.append(complaint)


def check_stack():
    stack = resolved(FILES, SECRETS)
    services, networks = stack["services"], stack["networks"]
    demand(set(services) == OURS | {"db"}, f"the services are {sorted(services)}")
    demand(networks["internal"].get("internal") is True, "the network `internal` has a way out")
    options = networks["edge"].get("driver_opts", {})
    demand(options.get("com.docker.network.bridge.enable_ip_masquerade") == "false", "`edge` masquerades")
    for name, service in services.items():
        on = set(service["networks"])
        demand(on == ({"internal", "edge"} if name == "web" else {"internal"}), f"{name} is on {sorted(on)}")
        demand(bool(service.get("ports")) == (name == "web"), f"{name}: only web publishes a port")
        demand(service.get("read_only") is True, f"{name}: the root filesystem can be written to")
        demand(service.get("user", "0").split(":")[0] not in {"", "0", "root"}, f"{name} runs as root")
        demand(service.get("cap_drop") == ["ALL"], f"{name} keeps capabilities")
        demand("no-new-privileges:true" in service.get("security_opt", []), f"{name} may gain privileges")
        demand("test" in service.get("healthcheck", {}), f"{name} has no health check")
        demand("privileged" not in service and "network_mode" not in service, f"{name} is not confined")
    demand(services["db"].get("volumes", [{}])[0].get("type") == "volume", "the database has no volume")
    demand(services["ai"]["environment"]["AI_PROVIDER"] == "local", "the default stack asks a remote model")
    for name in OURS:
        demand(services[name]["command"] == [name], f"{name} runs {services[name]['command']}")


def check_override():
    plain, opened = resolved(FILES, SECRETS), resolved(WITH_OPENAI, SECRETS)
    demand(not opened["networks"]["outbound"].get("internal", False), "`outbound` leads nowhere")
    for name, service in opened["services"].items():
        gained = set(service["networks"]) - set(plain["services"][name]["networks"])
        demand(gained == ({"outbound"} if name == "ai" else set()), f"with OpenAI {name} gains {sorted(gained)}")


def check_secrets():
    for missing in SECRETS:
        others = {name: value for name, value in SECRETS.items() if name != missing}
        read = compose(FILES, others, "config", "--quiet")
        demand(read.returncode != 0 and missing in read.stderr, f"the stack starts without {missing}")
    # Nobody is given a secret that they do not need.
    stack = resolved(FILES, SECRETS)["services"]
    for secret, owners in {
        "JWT_SECRET": {"api"},
        "AI_SERVICE_SECRET": {"api", "ai"},
        "POSTGRES_PASSWORD": {"api", "ai", "db"},
    }.items():
        knows = {name for name, service in stack.items() if SECRETS[secret] in str(service)}
        demand(knows == owners, f"{secret} is known to {sorted(knows)}")


def check_variables():
    documented = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.M))
    sources = [path.read_text() for path in (ROOT / "crates/frontdesk/src").rglob("*.rs")]
    program = {name for text in sources for name in re.findall(r'env = "([A-Z0-9_]+)"', text)}
    # The profile says under which name the program finds it.
    program.add("WEBHOOK_SECRET")
    interpolated = set()
    for file in WITH_OPENAI:
        interpolated |= set(re.findall(r"\$\{([A-Z0-9_]+)", (ROOT / file).read_text()))
    demand(program <= documented, f".env.example lacks {sorted(program - documented)}")
    demand(interpolated <= documented, f".env.example lacks {sorted(interpolated - documented)}")
    known = program | interpolated
    demand(documented <= known, f".env.example has {sorted(documented - known)}, which nothing reads")
    for name, service in resolved(WITH_OPENAI, SECRETS)["services"].items():
        given = set(service.get("environment", {})) if name in OURS else set()
        demand(given <= program, f"{name} is given {sorted(given - program)}, which the program does not read")
    remote = {name for name in program if name.startswith("OPENAI_")}
    given = set(resolved(WITH_OPENAI, SECRETS)["services"]["ai"]["environment"])
    demand(remote <= given, f"docker-compose.openai.yml lacks {sorted(remote - given)}")
    # A variable without a value in the file is handed on from .env.
    now = "2026-11-23T10:20:00Z"
    stack = resolved(FILES, {**SECRETS, "FRONTDESK_NOW": now})["services"]
    demand(stack["ai"]["environment"]["FRONTDESK_NOW"] == now, "FRONTDESK_NOW is not handed on")
    # A file of one's own is mounted where the service looks for it, and without one it looks for none.
    for model in ["MODEL_FILE", "CHAT_MODEL"]:
        set_here = resolved(FILES, {**SECRETS, model: "./own.gguf"})["services"]["ai"]
        mounts = {mount["target"]: mount["source"] for mount in set_here["volumes"]}
        mounted = mounts.get(set_here["environment"][model])
        demand(mounted == str(ROOT / "own.gguf"), f"{model} is looked for in {mounted}")
        demand(not stack["ai"]["environment"][model], f"{model} is set without a file")
    # What is copied without a thought is refused: by compose when it is missing, by the program when it is this.
    examples = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.M))
    for secret in SECRETS:
        demand(EXAMPLE in examples.get(secret, ""), f"{secret} in .env.example lacks {EXAMPLE!r}")


def check_image():
    linted = subprocess.run(["hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    demand(linted.returncode == 0, f"hadolint: {linted.stdout}{linted.stderr}")
    # What .dockerignore lets through is a workspace that cargo can read.
    entries = (ROOT / ".dockerignore").read_text().split("\n")
    sent = [entry[1:] for entry in entries if entry.startswith("!")]
    with tempfile.TemporaryDirectory() as context:
        for entry in sent:
            source, target = ROOT / entry, f"{context}/{entry}"
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
        for entry in entries:
            if entry and entry[0] not in "!#*":
                shutil.rmtree(f"{context}/{entry}", ignore_errors=True)
        # Only what this machine links: the packages of other platforms have not been fetched.
        version = subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True).stdout
        host = re.search(r"^host: (.+)$", version, re.M)[1]
        words = ["cargo", "metadata", "--locked", "--offline", "--format-version=1", "--filter-platform", host]
        read = subprocess.run(words, cwd=context, capture_output=True, text=True, check=False)
        demand(read.returncode == 0, f"the build context is no workspace: {read.stderr}")


def main():
    for check in (check_stack, check_override, check_secrets, check_variables, check_image):
        check()
    for complaint in complaints:
        print(f"error: {complaint}", file=sys.stderr)
    if not complaints:
        print("compose files, Dockerfile and .env.example: good")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())

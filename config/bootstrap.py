"""Makes the virtual environment that everything else runs in.

Standard library only, and in the syntax of Python 3.8: this file is read by whatever Python a machine
has, before anything of ours is installed, so that even an old one can say in words what is missing.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys

OLDEST = (3, 11)
NEWEST = (3, 14)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SKIP = "COMMON_THREAD_NO_BOOTSTRAP"
DEVELOPERS_COMMANDS = {"test", "gates", "screenshots", "bench", "soak"}
# What each profile installs, the larger lock files first: they hold everything of "base" too.
PROFILES = {"base": ["base"], "dev": ["dev", "base"], "scale": ["scale", "base"], "dev-scale": ["dev", "scale", "base"]}
LOCK_FILES = ["base", "dev", "scale"]


class CannotSetUp(Exception):
    """Something on this machine is missing; the text says what, and what to do."""


class Environment:
    """The virtual environment of one checkout: what it is made from and whether it is up to date."""

    def __init__(self, root: str = ROOT) -> None:
        self.root = root
        self.folder = os.path.join(root, ".venv")
        scripts = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
        self.python = os.path.join(self.folder, *scripts)

    def lock_file(self, name: str) -> str:
        """Path of the hash-locked requirements called `name`."""
        return os.path.join(self.root, "requirements", name + ".txt")

    def stamp_file(self, name: str) -> str:
        """Path of the note that says which lock file was installed."""
        return os.path.join(self.folder, ".stamp-" + name)

    def fingerprint(self, name: str) -> str:
        """SHA-256 of the lock file called `name`."""
        with open(self.lock_file(name), "rb") as lock:
            return hashlib.sha256(lock.read()).hexdigest()

    def is_running(self) -> bool:
        """Whether the Python that reads this line is the environment's own."""
        return os.path.realpath(sys.prefix) == os.path.realpath(self.folder)

    def is_ready(self, profile: str) -> bool:
        """Whether `profile` is installed from today's lock file.

        The Python's version is only compared from inside (asking from outside costs a process): a system
        upgrade may put another Python behind the same link, and then nothing that was installed is found.
        """
        return os.path.exists(self.python) and all(self.has(name) for name in PROFILES[profile])

    def has(self, name: str) -> bool:
        """Whether the lock file called `name` is installed as it is today, for the Python that is running."""
        try:
            with open(self.stamp_file(name), encoding="ascii") as stamp:
                fingerprint, version = stamp.read().split()
        except (OSError, ValueError):
            return False
        if self.is_running() and version != minor_version():
            return False
        return fingerprint == self.fingerprint(name)

    def was_made_by_another(self, version: tuple[int, ...]) -> bool:
        """Whether what is installed was installed by another Python than `version`, so cannot be found."""
        try:
            with open(self.stamp_file("base"), encoding="ascii") as stamp:
                return stamp.read().split()[1:] != [minor_version(version)]
        except OSError:
            return False

    def write_stamps(self, profile: str, version: str) -> None:
        """Note that `profile`, and what it includes, is installed; the last act of a set-up."""
        for name in PROFILES[profile]:
            with open(self.stamp_file(name), "w", encoding="ascii") as stamp:
                stamp.write(self.fingerprint(name) + " " + version + "\n")

    def remove_stamps(self, names: list[str]) -> None:
        """Forget that these were installed, so that a set-up that breaks off is never taken for a whole one."""
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                os.remove(self.stamp_file(name))


def ensure(argv: list[str], root: str = ROOT) -> None:
    """Return if this process may go on to import Django; else set up and start `argv` again.

    Does not return when it starts the command again, and leaves with status 1 and a sentence when it
    cannot set up. `COMMON_THREAD_NO_BOOTSTRAP=1` (containers) trusts the Python that is running.
    """
    if os.environ.get(SKIP) == "1":
        return
    environment = Environment(root)
    profile = profile_of(argv)
    try:
        if not environment.is_ready(profile):
            with only_one_at_a_time(environment):
                if not environment.is_ready(profile):
                    set_up(environment, profile)
        elif environment.is_running():
            return
    except CannotSetUp as reason:
        sys.exit(str(reason))
    except KeyboardInterrupt:
        sys.exit("\nStopped. Run the same command again and it goes on.")
    start_again(environment.python, argv)


def profile_of(argv: list[str]) -> str:
    """The profile that the command in `argv` needs, on the database and with the layer that are set."""
    for_developers = len(argv) > 1 and argv[1] in DEVELOPERS_COMMANDS
    elsewhere = os.environ.get("DATABASE_URL", "").startswith(("postgres", "psql", "pgsql"))
    at_scale = "--scale" in argv or argv[1:2] == ["bench"]
    if at_scale or elsewhere or os.environ.get("CHANNEL_LAYER_URL"):
        return "dev-scale" if for_developers else "scale"
    return "dev" if for_developers else "base"


def minor_version(version: tuple[int, ...] | None = None) -> str:
    """A Python version as "3.11"; of the running one if none is given."""
    return ".".join(str(part) for part in (version or sys.version_info)[:2])


def start_again(python: str, argv: list[str]) -> None:
    """Replace this process by `python` with the same arguments. Never returns."""
    arguments = [python] + argv
    sys.stdout.flush()
    if os.name == "nt":  # Windows has no exec: the console would come back before the command ends
        import subprocess

        sys.exit(subprocess.call(arguments))
    os.execv(python, arguments)


@contextlib.contextmanager
def only_one_at_a_time(environment: Environment):  # type: ignore[no-untyped-def]
    """Hold a lock while installing: two terminals starting at once would break each other's files."""
    try:
        import fcntl
    except ImportError:  # Windows: pip refuses to overwrite files in use, which is protection enough
        yield
        return
    # Beside the environment, not in it: making the environment anew empties the folder.
    with open(environment.folder + ".lock", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another window is setting Common Thread up. Waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def set_up(environment: Environment, profile: str) -> None:
    """Make the environment if it is missing or unusable, install `profile` into it, and stamp it."""
    version = version_of(environment.python)
    fresh = version is None or version < OLDEST or environment.was_made_by_another(version)
    # What another command installed stays installed: the lock files agree with each other.
    environment.remove_stamps(LOCK_FILES if fresh else PROFILES[profile])
    uv = shutil.which("uv")
    say("Setting up Common Thread in .venv. This happens once%s." % ("" if uv else " and takes a minute or two"))
    if not fresh and uv is None and not can(environment.python, "import pip"):
        fresh = True  # made by uv, which leaves pip out
    if fresh:
        make(environment, find_python(), uv)
        version = version_of(environment.python)
    if version is None:
        raise CannotSetUp("The virtual environment in .venv does not start. Delete that folder and run again.")
    install(environment, profile, uv)
    environment.write_stamps(profile, minor_version(version))


def make(environment: Environment, python: str, uv: str | None) -> None:
    """Make an empty virtual environment, in place of one that may be there."""
    if uv is None and not can(python, "import ensurepip, venv"):
        raise CannotSetUp(
            "This Python cannot make a virtual environment, because a part of it is not installed.\n"
            "On Debian or Ubuntu, install it with:  sudo apt install python3-venv\n"
            "Then run the same command again."
        )
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(environment.folder)
    command = [uv, "venv", "--quiet", "--python", python] if uv else [python, "-m", "venv"]
    run(command + [environment.folder])


def install(environment: Environment, profile: str, uv: str | None) -> None:
    """Install the lock file of `profile`; a package whose hash differs is refused."""
    if uv is not None:
        command = [uv, "pip", "install", "--quiet", "--python", environment.python]
    else:
        command = [environment.python, "-m", "pip", "install", "--quiet", "--no-input"]
        command += ["--disable-pip-version-check"]
    for name in [name for name in PROFILES[profile] if name != "base"] or ["base"]:
        run(command + ["--require-hashes", "-r", environment.lock_file(name)])


def find_python() -> str:
    """Path of a Python that is new enough: the one that is running, else the newest on the path."""
    if tuple(sys.version_info[:2]) >= OLDEST:
        return getattr(sys, "_base_executable", None) or sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which("python3.%d" % minor)
        # Starting it is the only proof: version managers put names on the path that lead nowhere.
        if found and (version_of(found) or (0, 0)) >= OLDEST:
            return found
    raise CannotSetUp(
        "Common Thread needs Python %s or newer; this is Python %s.\n" % (minor_version(OLDEST), minor_version())
        + "Install a newer Python (python.org/downloads), then run the same command again."
    )


def version_of(python: str) -> tuple[int, ...] | None:
    """(major, minor) of the Python at this path, or None if it does not start."""
    import subprocess

    try:
        answer = subprocess.check_output(
            [python, "-c", "import sys; print(*sys.version_info[:2])"], stderr=subprocess.DEVNULL
        )
        return tuple(int(part) for part in answer.split())
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def can(python: str, statement: str) -> bool:
    """Whether this Python runs `statement` without an error."""
    import subprocess

    command = [python, "-c", statement]
    return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def run(command: list[str]) -> None:
    """Run a step of the set-up; its own words go to the terminal."""
    import subprocess

    if subprocess.call(command, stdin=subprocess.DEVNULL) != 0:
        raise CannotSetUp(
            "\nThe set-up stopped; the lines above say why. Often the network is the reason.\n"
            "Nothing is lost: run the same command again and it goes on."
        )


def say(words: str) -> None:
    """Tell the person at the terminal."""
    sys.stderr.write(words + "\n")

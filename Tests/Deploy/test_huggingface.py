"""A Hugging Face Space: its entrypoint as it runs in the container, but without one, and what it is built from."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

import pytest
import yaml
from Harness.processes import ROOT, wait_until
from Harness.redis import Redis
from Harness.space import BECOME, HERE, USER, Space

def test_a_space_serves_stops_in_order_and_keeps_everything():
    with Space() as space:
        space.start_and_wait()
        assert os.stat(f"/proc/{space.worker}").st_uid == os.stat(f"/proc/{space.redis}").st_uid != 0
        client = space.client("ann")
        assert client.initialize().status_code == 200
        client.tool("write_note", {"path": "kept.md", "body": "On the storage.\n"})

        assert space.stop() == 0
        said = space.output()
        assert said.index('"Stopped"') < said.index("User requested shutdown") < said.index("bye bye"), said
        assert (space.storage / "vaults").is_dir() and (space.storage / "redis" / "appendonlydir").is_dir()
        assert os.readlink(space.app / "data") == str(space.storage)
        # The index is not sent to the bucket.
        assert not list(space.storage.rglob("*.db*")) and list((space.app / "index").glob("*"))

        # The next container has the storage and nothing else.
        shutil.rmtree(space.app)
        space.app.mkdir()
        if BECOME:
            os.chown(space.app, USER, USER)
        space.start_and_wait()
        # The session is the one that was acknowledged, and is in no file but Redis' own.
        assert client.paths() == ["kept.md"]
        assert client.tool("search_notes", {"query": "storage"})["results"][0]["path"] == "kept.md"
        assert space.stop() == 0


def test_a_killed_container_loses_no_acknowledged_session():
    with Space() as space:
        space.start_and_wait()
        client = space.client("ann")
        client.initialize()
        space.kill()
        space.start_and_wait()
        assert client.paths() == []
        assert space.stop() == 0


def test_a_redis_that_dies_comes_back_with_all_sessions():
    with Space() as space:
        space.start_and_wait()
        client = space.client("ann")
        client.initialize()
        worker, killed = space.worker, space.redis
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: space.redis not in (None, killed), "another Redis")
        wait_until(space.is_ready, "a worker that has connected again")
        assert client.paths() == [] and space.worker == worker
        assert "space: Redis has ended with status 137, which it should not; starting it again." in space.output()
        assert space.stop() == 0


def test_a_redis_that_cannot_be_kept_running_ends_the_space():
    with Space() as space:
        space.start_and_wait()
        (manifest,) = (space.storage / "redis" / "appendonlydir").glob("*.manifest")
        manifest.write_text("damaged\n")
        os.kill(space.redis, signal.SIGKILL)
        assert space.end() == 70
        said = space.output()
        assert said.count("starting it again") == 5 and "Redis cannot be kept running" in said
        assert '"Stopped"' in said


def test_a_damaged_file_of_redis_is_told():
    with Space() as space:
        folder = space.storage / "redis" / "appendonlydir"
        folder.mkdir(parents=True)
        (folder / "appendonly.aof.manifest").write_text("damaged\n")
        for path in (folder.parent, folder, folder / "appendonly.aof.manifest"):
            if BECOME:
                os.chown(path, USER, USER)
        space.start()
        assert space.end() == 70
        assert "Redis cannot be kept running" in space.output() and "move that folder out of the storage" in space.output()
        assert space.worker is None and "Listening" not in space.output()


@pytest.mark.parametrize("both", [False, True])
def test_a_worker_that_ends_ends_the_space_with_its_status(both):
    with Space() as space:
        space.start_and_wait()
        redis = space.redis
        os.kill(space.worker, signal.SIGKILL)
        if both:
            os.kill(redis, signal.SIGKILL)
        assert space.end() == 128 + signal.SIGKILL
        assert "The worker has ended by itself with status 137" in space.output()
        assert not pathlib.Path(f"/proc/{redis}").exists()
        assert both or "bye bye" in space.output()


def test_a_space_can_be_stopped_while_it_starts():
    with Space() as space:
        space.start()
        wait_until(lambda: space.redis or space.worker, "something that runs")
        assert space.stop() in (0, 128 + signal.SIGTERM)
        assert "by itself" not in space.output()


def test_another_redis_is_used_when_there_is_one():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="space-redis-", dir="/tmp"))
    folder.chmod(0o755)
    redis = Redis(folder)
    redis.start()
    (folder / "redis.sock").chmod(0o777)
    try:
        with Space(REDIS_URL=redis.url) as space:
            space.start_and_wait()
            assert space.redis is None
            client = space.client("ann")
            client.initialize()
            assert redis.cli("EXISTS", f"carrel:session:{client.session}") == "1"
            assert space.stop() == 0
            assert redis.cli("PING") == "PONG"
    finally:
        redis.kill()
        shutil.rmtree(folder)


def test_without_a_secret_it_says_what_to_do():
    with Space(JWT_SECRET_KEY="") as space:
        space.start()
        assert space.end() == 78
        said = space.output()
        assert "JWT_SECRET_KEY is not set" in said and "openssl rand -base64 48" in said and "secret" in said
        assert not (space.app / "redis.sock").exists()


def test_wrong_settings_are_told_before_anything_starts():
    with Space(JWT_SECRET_KEY="short", RATE_LIMIT="much") as space:
        space.start()
        assert space.end() == 78
        assert "JWT_SECRET_KEY" in space.output() and "RATE_LIMIT" in space.output()
        assert not (space.app / "redis.sock").exists()


def test_without_storage_it_starts_and_warns():
    with Space(storage=False) as space:
        space.start_and_wait()
        assert f"WARNING: there is no storage at {space.storage}" in space.output()
        client = space.client("ann")
        client.initialize()
        client.tool("write_note", {"path": "a.md", "body": "For now."})
        assert client.paths() == ["a.md"]
        assert space.stop() == 0


def test_a_storage_that_cannot_be_written_to_is_refused():
    with Space() as space:
        if BECOME:
            os.chown(space.storage, 0, 0)
        space.storage.chmod(0o555)
        space.start()
        assert space.end() == 78
        said = space.output()
        assert "cannot be used by user" in said and "Permission denied" in said and "USER carrel" in said
        assert not (space.app / "data").exists()
        space.storage.chmod(0o755)


# What the Space is built from.

# https://huggingface.co/docs/hub/spaces-config-reference; "license" is of all repositories there.
KEYS = {
    "title", "emoji", "colorFrom", "colorTo", "sdk", "app_port", "base_path", "fullWidth", "header",
    "short_description", "tags", "thumbnail", "pinned", "hf_oauth", "hf_oauth_scopes", "hf_oauth_expiration_minutes",
    "hf_oauth_authorized_org", "disable_embedding", "startup_duration_timeout", "custom_headers", "license",
}
COLORS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}


def dockerfile(text: str) -> list[list[str]]:
    """The words of each instruction."""
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.M)
    return [line.split() for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def last_stage(instructions: list[list[str]]) -> list[list[str]]:
    start = max(number for number, words in enumerate(instructions) if words[0] == "FROM")
    return instructions[start:]


def packages(stage: list[list[str]]) -> set[str]:
    command = next(words for words in stage if "apt-get" in words and "install" in words)
    names = command[command.index("--no-install-recommends") + 1:]
    return set(names[:names.index("&&")])


def settings(stage: list[list[str]]) -> dict[str, str]:
    found = re.findall(r'(\w+)=("[^"]*"|\S+)', " ".join(next(words[1:] for words in stage if words[0] == "ENV")))
    return {name: value.strip('"') for name, value in found}


@pytest.fixture(scope="module")
def laid_out():
    """What scripts/space makes, in a folder as a Space's clone is."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "README.md").write_text("---\ntitle: x\nsdk: docker\n---\n")
        (folder / "Sources").mkdir()
        (folder / "Sources" / "left-from-before.swift").write_text("")
        (folder / "own.txt").write_text("kept")
        done = subprocess.run([ROOT / "scripts" / "space", folder], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        yield folder


def contents(root: pathlib.Path, source: str) -> dict[pathlib.Path, tuple[bytes, bool]]:
    """By path: what the files of a source hold, and whether they can be run."""
    files = [path for path in (root / source, *(root / source).rglob("*")) if path.is_file()]
    return {path.relative_to(root): (path.read_bytes(), os.access(path, os.X_OK)) for path in files}


def test_the_front_matter_is_as_documented():
    _, matter, page = (HERE / "README.md").read_text().split("---\n", 2)
    values = yaml.safe_load(matter)
    assert set(values) <= KEYS, set(values) - KEYS
    assert values["sdk"] == "docker" and values["hf_oauth"] is True
    assert {values["colorFrom"], values["colorTo"]} <= COLORS
    assert len(values["short_description"]) <= 60
    assert str(values["app_port"]) == settings(last_stage(dockerfile((HERE / "Dockerfile").read_text())))["MCP_PORT"]
    assert "JWT_SECRET_KEY" in page and "/data" in page


def test_the_folder_has_all_that_its_dockerfile_copies(laid_out):
    instructions = dockerfile((laid_out / "Dockerfile").read_text())
    stages = {words[3] for words in instructions if words[0] == "FROM" and len(words) == 4}
    for words in instructions:
        if words[0] != "COPY":
            continue
        options = [word for word in words[1:] if word.startswith("--")]
        if origin := next((word.partition("=")[2] for word in options if word.startswith("--from")), None):
            assert origin in stages, words
            continue
        for source in words[1 + len(options):-1]:
            assert (laid_out / source).exists(), source
    assert not (laid_out / "Sources" / "left-from-before.swift").exists()
    assert (laid_out / "own.txt").read_text() == "kept"


def test_the_folder_builds_the_program_as_the_worker_s(laid_out):
    """scripts/image-test carries the stage that builds the program out once, for both images."""
    assert (laid_out / "Dockerfile").read_text().startswith((ROOT / "Dockerfile").read_text())
    copied = {source for words in dockerfile((ROOT / "Dockerfile").read_text()) if words[0] == "COPY"
              for source in words[1:-1] if not source.startswith("--") and "--from=build" not in words}
    assert {"Package.swift", "Sources"} <= copied
    for source in copied:
        ours, theirs = (contents(root, source) for root in (ROOT, laid_out))
        assert ours == theirs, source


def test_the_last_stage_keeps_up_with_the_worker_s():
    worker = last_stage(dockerfile((ROOT / "Dockerfile").read_text()))
    space = last_stage(dockerfile((HERE / "Dockerfile").read_text()))
    assert space[0] == worker[0], "both begin with the same system"
    assert packages(worker) | {"redis-server"} == packages(space)
    program = [words for words in worker if words[0] == "COPY" and "--from=build" in words]
    assert program and all(words in space for words in program)
    assert settings(worker).keys() <= settings(space).keys()
    assert ["USER", "carrel"] in space and "1000" in " ".join(next(words for words in space if "useradd" in words))


def test_nothing_is_laid_out_where_something_else_is(tmp_path):
    (tmp_path / "Sources").mkdir()
    (tmp_path / "Sources" / "mine.swift").write_text("")
    for folder in (tmp_path, ROOT, ROOT / "Sources"):
        done = subprocess.run([ROOT / "scripts" / "space", folder], capture_output=True, text=True, timeout=60)
        assert done.returncode != 0 and done.stderr
    assert (tmp_path / "Sources" / "mine.swift").exists() and (ROOT / "Package.swift").exists()


def test_the_scripts_are_clean():
    done = subprocess.run(
        ["shellcheck", HERE / "entrypoint", ROOT / "scripts" / "space"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout

"""Where a run keeps its files: a local folder, or object storage by fsspec. Files appear whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from laser_cluster.errors import ClusterError


class Storage(Protocol):
    """Names are relative to the run's folder and separated by '/'."""

    url: str

    def write(self, name: str, data: bytes) -> None:
        """Replaces the file as a whole."""

    def create(self, name: str, data: bytes) -> bool:
        """Writes the file unless it is there. Of several that try at once one gets True."""

    def read(self, name: str) -> bytes:
        """Raises FileNotFoundError."""

    def names(self, folder: str) -> list[str]:
        """The files in a folder, sorted, without its name; none if it is missing."""

    def remove(self, name: str) -> None:
        """Does nothing if it is missing."""

    def local_path(self, name: str) -> str | None:
        """The file's own path if it is on this machine; None for object storage."""


class LocalStorage:
    def __init__(self, url: str) -> None:
        self.url = local_path_of(url)
        self._root = Path(self.url)

    def write(self, name: str, data: bytes) -> None:
        with self._aside(name, data) as aside:
            os.replace(aside, self._root / name)

    def create(self, name: str, data: bytes) -> bool:
        with self._aside(name, data) as aside:
            try:
                os.link(aside, self._root / name)  # Fails if the name is taken, unlike a rename.
            except FileExistsError:
                return False
            return True

    def read(self, name: str) -> bytes:
        return (self._root / name).read_bytes()

    def names(self, folder: str) -> list[str]:
        try:
            return sorted(one.name for one in (self._root / folder).iterdir() if not one.name.startswith("."))
        except FileNotFoundError:
            return []

    def remove(self, name: str) -> None:
        (self._root / name).unlink(missing_ok=True)

    def local_path(self, name: str) -> str | None:
        return str(self._root / name)

    @contextlib.contextmanager
    def _aside(self, name: str, data: bytes) -> Iterator[Path]:
        target = self._root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.parent / f".{target.name}.{uuid.uuid4().hex}"
        try:
            # Prompts and answers are readable only by their owner.
            with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            yield aside
        finally:
            aside.unlink(missing_ok=True)


class ObjectStorage:
    """Any file system of fsspec. An object is put whole; `create` relies on the storage's own conditional put."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._fs, self._root = open_filesystem(self.url)

    def write(self, name: str, data: bytes) -> None:
        self._put(name, data, "overwrite")

    def create(self, name: str, data: bytes) -> bool:
        try:
            self._put(name, data, "create")
        except FileExistsError:
            return False
        return True

    def _put(self, name: str, data: bytes, mode: str) -> None:
        path = f"{self._root}/{name}"
        try:
            self._fs.pipe_file(path, data, mode=mode)
        except FileNotFoundError:
            # Object storage has no folders; file systems behind fsspec, such as a mounted share, want them made first.
            self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            self._fs.pipe_file(path, data, mode=mode)

    def read(self, name: str) -> bytes:
        return bytes(self._fs.cat_file(f"{self._root}/{name}"))

    def names(self, folder: str) -> list[str]:
        self._fs.invalidate_cache()
        try:
            found = self._fs.ls(f"{self._root}/{folder}", detail=False)
        except FileNotFoundError:
            return []
        return sorted(str(one).rsplit("/", 1)[-1] for one in found)

    def remove(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._fs.rm_file(f"{self._root}/{name}")

    def local_path(self, name: str) -> str | None:
        return None


def open_storage(url: str) -> Storage:
    """Raises urlSecret, and storageMissing for an address whose package is not installed."""
    return ObjectStorage(url) if is_remote(url) else LocalStorage(url)


def is_remote(url: str) -> bool:
    """Whether a path is an address of object storage."""
    return "://" in url and not url.startswith(LOCAL_SCHEMES)


#: fsspec's names of this machine's own files. Its file system for them has no conditional put.
LOCAL_SCHEMES = ("file://", "local://")


def local_path_of(url: str) -> str:
    """The absolute path that a path or a local address names."""
    for scheme in LOCAL_SCHEMES:
        url = url.removeprefix(scheme)
    return str(Path(url).expanduser().absolute())


def open_filesystem(url: str) -> tuple[Any, str]:
    """A file system of fsspec, and the path in it. Its keys come from the environment or fsspec's configuration."""
    parts = urlsplit(url)
    if "@" in parts.netloc:
        shown = f"{parts.scheme}://…@{parts.netloc.rsplit('@', 1)[-1]}{parts.path}"
        raise ClusterError("urlSecret", url=shown)
    try:
        import fsspec

        fs, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise ClusterError("storageMissing", url=url, reason=error) from error
    return fs, str(path).rstrip("/")


@contextlib.contextmanager
def local_copy(url: str) -> Iterator[str]:
    """The path of a file for programs that read only local ones: a copy while it is needed, or the file itself."""
    if not is_remote(url):
        yield local_path_of(url)
        return
    fs, inner = open_filesystem(url)
    with tempfile.TemporaryDirectory(prefix="laser-cluster-") as folder:
        path = Path(folder) / inner.rsplit("/", 1)[-1]
        path.write_bytes(fs.cat_file(inner))
        yield str(path)


def digest(data: bytes) -> str:
    """SHA-256 in hex digits."""
    return hashlib.sha256(data).hexdigest()


def fetch_whole(storage: Storage, name: str, sha256: str, cache: Path) -> str:
    """The path of a file on this machine, fetched once per machine and checked. Raises poolDamaged."""
    if (local := storage.local_path(name)) is not None:
        check_digest(local, sha256)
        return local
    kept = cache / f"{sha256}-{name.rsplit('/', 1)[-1]}"
    if not kept.exists():
        LocalStorage(str(cache)).write(kept.name, storage.read(name))
    check_digest(str(kept), sha256)
    return str(kept)


def check_digest(path: str, expected: str) -> None:
    """Raises poolDamaged for a file with another SHA-256."""
    hash = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            hash.update(chunk)
    if hash.hexdigest() != expected:
        raise ClusterError("poolDamaged", path=path, found=hash.hexdigest(), expected=expected)

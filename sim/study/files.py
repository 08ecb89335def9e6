"""Files: written whole or not at all."""

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Writes a file so that it is there whole or not at all, whatever happens meanwhile.

    Args:
        path: the file; its folder is made if needed. A link is followed, and permissions stay.
        write: writes a file of the given path beside it, which is then renamed.

    Raises:
        OSError: if it cannot be written.
    """
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        write(beside)
        if path.exists():
            shutil.copymode(path, beside)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise

"""Shares: folders that lie on another machine, where a database of several programs is not safe."""

from pathlib import Path
from typing import Final

import psutil

SHARES: Final = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "ncpfs", "afs", "webdav", "davfs", "davfs2"),
        *("fuse.sshfs", "fuse.davfs", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse", "fuse.glusterfs", "glusterfs"),
        *("ceph", "fuse.ceph", "lustre", "gpfs", "beegfs", "pvfs2", "orangefs"),
    }
)
"""File systems of other machines. Write-ahead mode needs memory that all programs share, so that "all processes using a
database must be on the same host computer" (SQLite, Write-Ahead Logging, section 1)."""


def share_of(folder: Path) -> str:
    """Kind of the network share on which a folder lies; empty if it is on this machine.

    Args:
        folder: need not be there yet.
    """
    resolved = folder.resolve()
    if resolved.as_posix().startswith("//"):
        return "a Windows share"
    try:
        parts = psutil.disk_partitions(all=True)
    except OSError:
        return ""
    around = [part for part in parts if resolved.is_relative_to(part.mountpoint)]
    if not around:
        return ""
    nearest = max(around, key=lambda part: len(Path(part.mountpoint).parts))
    return str(nearest.fstype) if nearest.fstype.lower() in SHARES or "remote" in nearest.opts.split(",") else ""

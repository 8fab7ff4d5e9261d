"""Code of pitfalls that notebooks show before they ask about it: the pitfalls' names would give the answers away."""

from eventdemo.pitfalls.delete_emits_twice import PrintedUserService
from eventdemo.pitfalls.read_before_commit import commit_then_emit, emit_then_commit, wait_then_commit
from eventdemo.pitfalls.swallowed_error import PrintedProfileSync, put_sync_profile

__all__ = [
    "PrintedProfileSync",
    "PrintedUserService",
    "commit_then_emit",
    "emit_then_commit",
    "put_sync_profile",
    "wait_then_commit",
]

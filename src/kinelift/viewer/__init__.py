"""A recording as one page that opens from disk, with no network."""

from kinelift.viewer.view import write_view

__all__ = ["write_view"]

"""The old place of `replacing`, which now stands below every layer."""

from kinelift.whole_files import replacing

__all__ = ["replacing"]

"""Writers, one file a format; what they write is read back by `kinelift.interop`."""

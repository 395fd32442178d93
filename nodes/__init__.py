"""The built-in node types. A module here uses only `ajar` (and array packages), as a third-party pack must."""

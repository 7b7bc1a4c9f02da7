"""The synthetic demonstration authorities."""

"""The conformance suite of the layers."""

"""The local API: one HTTP server on loopback that plays Phone.com v4 and Caligraph v1 with state.

Run it with ``python tests/sandbox serve``; drive it from tests with `sandbox.client.Sandbox`. See README.md.
"""

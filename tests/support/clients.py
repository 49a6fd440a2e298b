"""What the HTTP clients of tests have in common."""

import ssl

TRUSTS_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients that speak no TLS: a client that loads the authorities of this machine takes a tenth of a second."""

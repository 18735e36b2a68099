"""Ports that are free now."""

import socket


def is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port(host: str, wanted: int, taken: frozenset[int] = frozenset()) -> int:
    """Return `wanted`, or the next port that is free, or any free one."""
    for port in range(wanted, wanted + 50):
        if port not in taken and is_free(host, port):
            return port
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])

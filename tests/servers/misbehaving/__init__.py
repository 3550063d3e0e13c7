"""A server that misbehaves on purpose, on loopback, for everything that asks over HTTP.

`http://127.0.0.1:PORT/FAULT/anything` answers with that fault; what it does is the docstring of its function:

| room | faults |
| --- | --- |
| `slow` | hang, trickle, a trickling head, a stream of events that never ends |
| `large` | 10 GB, chunks without end, a bomb of 1 GiB, headers without measure |
| `wire` | bodies shorter or longer than said, cut chunks, lying encodings, no HTTP at all, a reset |
| `redirect` | loops, chains, other hosts, addresses inside however they are written, files |
| `busy` | `status-NNN` with the right answer in its body, the forms of Retry-After, `flaky-N` |
| `document` | the right answer with one number changed, or another document in its place; charsets; pages in a circle |
| `secure` | certificates of nobody, expired, of another host; silence and plain text where TLS is expected |

What the right answer is to a path, the caller says: see `Good`. In a test: `async with serving(fault) as port`. As a
process of its own: `python -m tests.servers.misbehaving FOLDER`, see `__main__`.
"""

"""The stand-in: a local server that speaks kie.ai's jobs API. Shares no code with the client.

`python -m sora_tui.simulator --help` lists what can be chosen and the marks, such as `[sim:moderated]`, that
bring about an outcome when they stand in a prompt (`markers.py`). `server.Simulator` is the same for tests.
"""

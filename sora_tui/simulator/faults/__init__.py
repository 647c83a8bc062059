r"""Scripted faults: which answer or call misbehaves, how, from when on and how often.

They come from a TOML file (`--faults FILE`), at run time (`POST /_simulator/faults`, the same keys as JSON) or
from a test (`Simulator.fault`):

    [[fault]]
    route = "createTask"            # or recordInfo, models, file-stream-upload …: `kinds.py` has them all
    fault = "close_after_charging"  # a kind of `kinds.py`; `--help` lists them with their keys
    skip = 2                        # let two requests pass first (default 0)
    times = 1                       # how often (default 1, 0 = always)
    only = "9c1f"                   # only requests with this in their path, query or X-Request-Id, and calls
                                    # with it in their address or task id
    after_s = 60                    # not in the first minute (from the start, or from when it was posted)
    for_s = 10                      # and for ten seconds only

The first fault of the script that fits a request or a call befalls it, alone. `record` and `body` answer whatever
a test needs. In TOML a lone surrogate can stand in the JSON of a `body` only, in single quotes:

    [[fault]]
    route = "recordInfo"
    fault = "record"
    data = { state = "success", resultJson = '{"resultUrls":["file:///etc/passwd","javascript:alert(1)"]}' }

    [[fault]]
    route = "recordInfo"
    fault = "body"
    body = '{"code":200,"msg":"success","data":{"state":"fail","failMsg":"cut \ud83d"}}'

    simulator.fault("recordInfo", "record", data={"state": "fail", "failMsg": "x" * 1_000_000}, only=task_id)

What befalls a call (`callback` at a task's end, `progress` while it runs) is a matter of `calls.py`:

    simulator.fault("callback", "replayed", seconds=301)
    simulator.fault("progress", "overtaken", only=task_id)

A new kind is a member of `FaultKind`, a line of `KINDS` and a function in one of the tables of behaviours.
"""

from sora_tui.simulator.faults.app import FaultyApp
from sora_tui.simulator.faults.kinds import FaultKind
from sora_tui.simulator.faults.script import Fault, Faults

__all__ = ["Fault", "FaultKind", "Faults", "FaultyApp"]

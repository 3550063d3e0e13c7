"""What a user's program may look like."""

import json
import sys

for day, guests in (("2026-01-14", 40), ("2026-02-11", 46)):
    sys.stdout.write(
        json.dumps({"signal": "attendees", "value": guests, "observed_at": day, "key": f"meetup-{day}"}) + "\n"
    )
sys.stdout.write(json.dumps({"signal": "subscribers", "value": 431}) + "\n")

"""How often somebody without an account may knock at a shared link."""

from typing import Any

from drmaum.lib.portal import address_of
from drmaum.lib.rates import CountedAtOnce


class LinkThrottle(CountedAtOnce):
    """Holds back whoever opens shared links without pause. Counts by the address itself: a
    header that the visitor writes must not buy further tries."""

    scope = "links"
    rate = "60/min"

    def get_cache_key(self, request: Any, view: Any) -> str:
        return str(self.cache_format % {"scope": self.scope, "ident": address_of(request)})

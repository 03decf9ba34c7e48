"""How often somebody without an account may knock at a shared link."""

from typing import Any

from rest_framework.throttling import SimpleRateThrottle

from drmaum.lib.portal import address_of


class LinkThrottle(SimpleRateThrottle):
    """Holds back whoever opens shared links without pause. Counts by the address itself: a
    header that the visitor writes must not buy further tries."""

    scope = "links"
    rate = "60/min"

    def get_cache_key(self, request: Any, view: Any) -> str:
        return str(self.cache_format % {"scope": self.scope, "ident": address_of(request)})

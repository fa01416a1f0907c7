"""Requests within a call that do not come by its route set, and so reach nobody (rule route-set)."""

from __future__ import annotations

from sipdomain.sip.message import Request
from sipdomain.twilio.admission.admission import Trail
from sipdomain.twilio.calls.leg import Leg
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.signalling.edge_route import STRAIGHT, WENT_STRAIGHT
from sipdomain.twilio.signalling.user_agent import UserAgent


def came_by_the_edge(agent: UserAgent, call: Leg, request: Request, turn: Turn) -> bool:
    """Return whether a request within a call came by the route set; the first that did not is noted."""
    route = agent.edge_route(call.flow)
    if route is None or route.passed_by(request):
        return True
    if WENT_STRAIGHT not in call.noted:
        call.noted.add(WENT_STRAIGHT)
        trail = Trail(request, turn.now, domain=call.domain)
        routes = ", ".join(request.headers.all("route"))
        trail.note(
            "route", "dropped" if request.method == "ACK" else "refused", "route-set",
            reason=WENT_STRAIGHT, got=f"Route: {routes}" if routes else "no Route",
            wanted=route.record_routes[-1][1], mend=STRAIGHT,
        )  # fmt: skip
        turn.out.extend(trail.decisions)
    return False

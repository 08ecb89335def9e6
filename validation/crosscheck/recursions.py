"""Recursions: the same queues in a few lines each, written from what they mean and with nothing of the engine."""

import heapq
from bisect import insort
from collections.abc import Sequence

from validation.crosscheck.paths import Moments, Ms

Shifts = Sequence[tuple[int, int]]
"""Roster: from each moment on (in milliseconds, the first is 0) so many are on duty."""


def first_come(arrivals: Ms, times: Ms, servers: int) -> Moments:
    """One queue, several servers: the next patient goes to whoever is free first (J. Kiefer, J. Wolfowitz, 1955)."""
    free, found = [0] * servers, {}
    for patient, arrival in enumerate(arrivals):
        start = max(arrival, free[0])
        heapq.heapreplace(free, start + times[patient])
        found |= {("starts", patient): start, ("leaves", patient): start + times[patient]}
    return found


def full_queue(arrivals: Ms, times: Ms, servers: int, chairs: int) -> Moments:
    """The same, but who finds all chairs taken goes elsewhere."""
    free, starts, found = [0] * servers, [], {}
    for patient, arrival in enumerate(arrivals):
        if sum(start > arrival for start in starts[-chairs:]) == chairs:
            found["goes elsewhere", patient] = arrival
            continue
        starts.append(max(arrival, free[0]))
        heapq.heapreplace(free, starts[-1] + times[patient])
        found |= {("starts", patient): starts[-1], ("leaves", patient): starts[-1] + times[patient]}
    return found


def reneging(arrivals: Ms, times: Ms, patience: Ms, servers: int) -> Moments:
    """The same, but who would have to wait longer than their patience goes when it ends; nobody behind them minds."""
    free, found = [0] * servers, {}
    for patient, arrival in enumerate(arrivals):
        start = max(arrival, free[0])
        if start > arrival + patience[patient]:
            found["gives up", patient] = arrival + patience[patient]
            continue
        heapq.heapreplace(free, start + times[patient])
        found |= {("starts", patient): start, ("leaves", patient): start + times[patient]}
    return found


def by_priority(arrivals: Ms, times: Ms, ranks: Sequence[int], servers: int) -> Moments:
    """One queue at some servers, lower ranks first; nobody is interrupted."""
    free, waiting, found, coming = [0] * servers, [], {}, 0
    while coming < len(arrivals) or waiting:
        now = free[0] if waiting else max(free[0], arrivals[coming])
        while coming < len(arrivals) and arrivals[coming] <= now:
            heapq.heappush(waiting, (ranks[coming], coming))
            coming += 1
        _, patient = heapq.heappop(waiting)
        heapq.heapreplace(free, now + times[patient])
        found |= {("starts", patient): now, ("leaves", patient): now + times[patient]}
    return found


def in_order(arrivals: Ms, times: Ms, ranks: Sequence[int], shifts: Shifts) -> Moments:
    """Of all who are there, those are treated who come first by rank and arrival, as many as there are servers.

    So the urgent interrupt and a shift that ends hands over; what was interrupted goes on with what was left.
    """
    left, present, found, coming, shift, now = list(times), [], {}, 0, 0, 0
    while coming < len(arrivals) or present:
        treated = sorted(present)[: shifts[shift][1]]
        for _, patient in treated:
            found.setdefault(("starts", patient), now)
        events = [now + left[patient] for _, patient in treated]
        events += arrivals[coming : coming + 1] + [moment for moment, _ in shifts[shift + 1 : shift + 2]]
        passed, now = min(events) - now, min(events)
        for one in treated:
            left[one[1]] -= passed
            if left[one[1]] == 0:
                present.remove(one)
                found["leaves", one[1]] = now
        if coming < len(arrivals) and arrivals[coming] == now:
            present.append((ranks[coming], coming))
            coming += 1
        if shift + 1 < len(shifts) and shifts[shift + 1][0] == now:
            shift += 1
    return found


def relieved(arrivals: Ms, times: Ms, shifts: Shifts) -> Moments:
    """Each shift begins with people of its own, who begin with nobody after its end but finish whom they have."""
    found, now, free = {}, 0, [0] * shifts[0][1]
    ends, shift = [moment for moment, _ in shifts[1:]], 0
    for patient, arrival in enumerate(arrivals):
        now = max(now, arrival)
        while shift < len(ends) and (not free or max(now, free[0]) >= ends[shift]):
            now, free = max(now, ends[shift]), [ends[shift]] * shifts[shift + 1][1]
            shift += 1
        now = max(now, free[0])
        heapq.heapreplace(free, now + times[patient])
        found |= {("starts", patient): now, ("leaves", patient): now + times[patient]}
    return found


def finished(arrivals: Ms, times: Ms, shifts: Shifts) -> Moments:
    """Somebody begins when fewer are busy, from whatever shift, than should be on duty."""
    found, busy, now, shift = {}, [], 0, 0
    for patient, arrival in enumerate(arrivals):
        now = max(now, arrival)
        while True:
            while shift + 1 < len(shifts) and shifts[shift + 1][0] <= now:
                shift += 1
            while busy and busy[0] <= now:
                heapq.heappop(busy)
            if len(busy) < shifts[shift][1]:
                break
            now = min(busy[:1] + [moment for moment, _ in shifts[shift + 1 : shift + 2]])
        heapq.heappush(busy, now + times[patient])
        found |= {("starts", patient): now, ("leaves", patient): now + times[patient]}
    return found


def blocking(arrivals: Ms, times: tuple[Ms, Ms], rooms: tuple[int, int], chairs: int) -> Moments:
    """Rooms, chairs and rooms: one leaves the first when done there and when there is a place behind.

    Those who are done first go on first. The n-th to be done finds a place when the (n - places behind)-th has left for
    good; the n-th to come finds a room when the (n - rooms)-th has gone on.
    """
    found, inside, out_of_first, out_of_second = {}, [], [], []
    free = [0] * rooms[1]

    def goes_on() -> None:
        done, patient = heapq.heappop(inside)
        ahead = len(out_of_first) - rooms[1] - chairs
        out_of_first.append(max(done, out_of_second[ahead] if ahead >= 0 else 0))
        start = max(out_of_first[-1], free[0])
        leaves = start + times[1][patient]
        insort(out_of_second, leaves)
        heapq.heapreplace(free, leaves)
        found.update({("goes on", patient): out_of_first[-1], ("starts again", patient): start})
        found["leaves", patient] = leaves

    for patient, arrival in enumerate(arrivals):
        if len(inside) == rooms[0]:
            goes_on()
        start = max(arrival, out_of_first[patient - rooms[0]] if patient >= rooms[0] else 0)
        found["starts", patient] = start
        heapq.heappush(inside, (start + times[0][patient], patient))
    while inside:
        goes_on()
    return found

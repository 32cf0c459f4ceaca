"""The rehearsal room: simulated participants, real clients over real sockets, allowed in rehearsals only."""

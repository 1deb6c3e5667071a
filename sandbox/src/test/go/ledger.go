package main

import (
	"slices"
	"sync"
	"time"
)

// ledger knows what the server has taken, by sequence number and key. Owns its counts; one lock.
type ledger struct {
	mutex    sync.Mutex
	calls    int64
	seen     map[int64]bool
	accepted map[int64]bool
	highest  map[string]int64
	times    []int64
	told     counts
}

// counts is what is told of a ledger.
type counts struct {
	Calls      int64   // messages that reached the application
	Accepted   []int64 // sequences, in order
	Repeated   int64   // accepted before
	Reordered  int64   // accepted for the first time after a higher one of the same key
	Streams    int64   // that were opened
	Most       int64   // calls at once
	AtOnce     int64   // now
	Largest    int     // of messages, in bytes
	Times      []int64 // when each message came, in microseconds since 1970
	Connected  int64   // connections that were made
	Resets     int64   // streams that the wire has reset
	Reflection int64   // questions for descriptors
	Noted      int64   // messages with the field that the first descriptor hasn't
	Pings      int64   // of clients, on the wire that resets streams
}

func newLedger() *ledger {
	return &ledger{seen: map[int64]bool{}, accepted: map[int64]bool{}, highest: map[string]int64{}}
}

// came counts a message, and says how many came before it and whether it is the first of its record.
func (l *ledger) came(sequence int64) (call int64, first bool) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	call, first = l.calls, !l.seen[sequence]
	l.calls++
	l.seen[sequence] = true
	l.times = append(l.times, time.Now().UnixMicro())
	return call, first
}

func (l *ledger) accept(key string, sequence int64) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.accepted[sequence] {
		l.told.Repeated++
		return
	}
	l.accepted[sequence] = true
	highest, has := l.highest[key]
	if has && highest > sequence {
		l.told.Reordered++
	}
	l.highest[key] = max(highest, sequence)
}

func (l *ledger) count(change func(*counts)) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	change(&l.told)
}

func (l *ledger) counts() counts {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	told := l.told
	told.Calls = l.calls
	told.Times = slices.Clone(l.times)
	told.Accepted = make([]int64, 0, len(l.accepted))
	for sequence := range l.accepted {
		told.Accepted = append(told.Accepted, sequence)
	}
	slices.Sort(told.Accepted)
	return told
}

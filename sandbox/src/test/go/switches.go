package main

import (
	"bytes"
	"encoding/json"
)

// switches is what can be told to the server. The first part counts from its next restart, the rest at once.
type switches struct {
	ConnectionAgeMillis int // connections end by GOAWAY after so long, with GraceMillis for what is under way; 0: never
	GraceMillis         int
	Streams             uint32 // at once on a connection; 0: no limit
	WindowBytes         int32  // of each stream and each connection; 0: grpc-go's own
	MinPingMillis       int    // who pings more often is sent away; 0: grpc-go's own, five minutes
	Reflection          string // v1, v1alpha, both; else none
	Certificate, Key    string // PEM; none: without TLS
	Clients             string // PEM of the authority of their certificates; none: they need none

	Rules       []rule  // the first that fits
	PerSecond   float64 // messages that all calls together read; 0: as they come
	ResetEach   int     // a stream is reset about each so many frames, on the wire that does so; 0: never
	DelayMillis int     // before each answer
}

// rule says how calls end that are not accepted.
type rule struct {
	// Fits where the number leaves the remainder At, divided by Every: of the call as they come, or, with BySequence, of the record;
	// then with First only when the record comes for the first time.
	Every, At  int64
	BySequence bool
	First      bool

	Taken   bool // it is accepted before it is answered so
	Hang    bool // there is no answer until the deadline
	Code    string
	Message string

	RetryMillis    int    // RetryInfo
	PushbackMillis string // grpc-retry-pushback-ms, as it is
	Quota          string // QuotaFailure, description
	Field          string // BadRequest, field: description
	Reason         string // ErrorInfo
}

func read(text []byte) (switches, error) {
	var told switches
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&told)
	return told, err
}

func (s *switches) ruleFor(call, sequence int64, first bool) *rule {
	for i := range s.Rules {
		r := &s.Rules[i]
		number := call
		if r.BySequence {
			number = sequence
		}
		if number%max(1, r.Every) == r.At && (first || !r.First) {
			return r
		}
	}
	return nil
}

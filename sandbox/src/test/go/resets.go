package main

import (
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net"
	"sync"
)

// What a reset of a stream may say; none of them claims that the call was not looked at.
var reasons = []uint32{0x2 /* INTERNAL_ERROR */, 0x8 /* CANCEL */, 0xb /* ENHANCE_YOUR_CALM */}

// passWithResets passes HTTP/2 on, frame by frame, and resets a stream now and then, to both sides, as a proxy would that lost it.
func passWithResets(listening net.Listener, to *server) {
	for {
		client, err := listening.Accept()
		must(err)
		upstream, err := net.Dial("tcp", to.address)
		if err != nil {
			client.Close()
			continue
		}
		near, far := &end{connection: client}, &end{connection: upstream}
		go func() {
			preface := make([]byte, 24)
			if _, err := io.ReadFull(client, preface); err == nil && far.write(preface) == nil {
				pass(near, far, near, to)
			}
			client.Close()
			upstream.Close()
		}()
		go func() {
			pass(far, near, near, to)
			client.Close()
			upstream.Close()
		}()
	}
}

// end is a connection that both directions write to: frames of the other side, and resets. Whole frames only, and no reset between the
// parts of a header block.
type end struct {
	mutex      sync.Mutex
	open       bool // within a header block
	pending    [][]byte
	connection net.Conn
}

func (e *end) write(frame []byte) error {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	_, err := e.connection.Write(frame)
	if err == nil && len(frame) >= 9 && (frame[3] == 0x1 || frame[3] == 0x9) {
		e.open = frame[4]&0x4 == 0
	}
	for ; err == nil && !e.open && len(e.pending) > 0; e.pending = e.pending[1:] {
		_, err = e.connection.Write(e.pending[0])
	}
	return err
}

func (e *end) reset(stream []byte, reason uint32) {
	frame := append([]byte{0, 0, 4, 0x3, 0}, stream...)
	frame = binary.BigEndian.AppendUint32(frame, reason)
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if e.open {
		e.pending = append(e.pending, frame)
	} else {
		_, _ = e.connection.Write(frame) // who has gone needs no reset
	}
}

func pass(from, to, near *end, server *server) {
	head := make([]byte, 9)
	for {
		if _, err := io.ReadFull(from.connection, head); err != nil {
			return
		}
		length := int(head[0])<<16 | int(head[1])<<8 | int(head[2])
		frame := make([]byte, 9+length)
		copy(frame, head)
		if _, err := io.ReadFull(from.connection, frame[9:]); err != nil {
			return
		}
		if from == near && frame[3] == 0x6 && frame[4]&0x1 == 0 {
			server.ledger.count(func(c *counts) { c.Pings++ })
		}
		each := server.switches.Load().ResetEach
		stream := frame[5:9]
		ofStream := frame[3] <= 0x1 && binary.BigEndian.Uint32(stream) != 0
		hit := each > 0 && ofStream && rand.IntN(each) == 0
		// Before the frame: it comes to a stream that is no more.
		before := hit && frame[3] == 0x0 && rand.IntN(2) == 0
		reason := reasons[rand.IntN(len(reasons))]
		if before {
			from.reset(stream, reason)
			to.reset(stream, reason)
		}
		if err := to.write(frame); err != nil {
			return
		}
		if hit && !before {
			from.reset(stream, reason)
			to.reset(stream, reason)
		}
		if hit {
			server.ledger.count(func(c *counts) { c.Resets++ })
		}
	}
}

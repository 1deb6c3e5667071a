package main

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// server is the service shop.v1.Orders on grpc-go. Owns the switches, what reflection tells, and the listener of the moment.
type server struct {
	ledger   *ledger
	switches atomic.Pointer[switches]
	types    atomic.Pointer[types]
	reading  sync.Mutex // one message after the other where their rate is limited
	mutex    sync.Mutex
	serving  *grpc.Server
	address  string
}

func newServer() *server {
	return &server{ledger: newLedger(), address: "127.0.0.1:0"}
}

func (s *server) turn(text []byte) error {
	told, err := read(text)
	if err == nil {
		s.switches.Store(&told)
	}
	return err
}

func (s *server) restart(text []byte) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if err := s.turn(text); err != nil {
		return err
	}
	if s.serving != nil {
		s.serving.Stop()
	}
	listening, err := net.Listen("tcp", s.address)
	if err != nil {
		return err
	}
	s.address = listening.Addr().String()
	told := s.switches.Load()
	s.serving = grpc.NewServer(s.options(told)...)
	s.serving.RegisterService(s.service(), nil)
	s.reflect(told.Reflection)
	go func(serving *grpc.Server) { must(serving.Serve(listening)) }(s.serving)
	return nil
}

func (s *server) options(told *switches) []grpc.ServerOption {
	options := []grpc.ServerOption{grpc.StatsHandler((*watch)(s)), grpc.MaxRecvMsgSize(16 << 20)}
	if told.ConnectionAgeMillis > 0 {
		options = append(options, grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionAge:      time.Duration(told.ConnectionAgeMillis) * time.Millisecond,
			MaxConnectionAgeGrace: time.Duration(told.GraceMillis) * time.Millisecond}))
	}
	if told.Streams > 0 {
		options = append(options, grpc.MaxConcurrentStreams(told.Streams))
	}
	if told.WindowBytes > 0 {
		options = append(options, grpc.StaticStreamWindowSize(told.WindowBytes), grpc.StaticConnWindowSize(told.WindowBytes))
	}
	if told.Certificate != "" {
		options = append(options, grpc.Creds(told.credentials()))
	}
	if told.MinPingMillis > 0 {
		options = append(options, grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: time.Duration(told.MinPingMillis) * time.Millisecond}))
	}
	return options
}

func (s *server) service() *grpc.ServiceDesc {
	return &grpc.ServiceDesc{
		ServiceName: "shop.v1.Orders",
		HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{MethodName: "Put", Handler: func(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			order := s.message("Order")
			if err := decode(order); err != nil {
				return nil, err
			}
			if err := s.take(ctx, order, func(trailer metadata.MD) { must(grpc.SetTrailer(ctx, trailer)) }); err != nil {
				return nil, err
			}
			return s.message("Done"), nil
		}}},
		Streams: []grpc.StreamDesc{
			{StreamName: "Exchange", Handler: s.exchange, ClientStreams: true, ServerStreams: true},
			{StreamName: "Collect", Handler: s.collect, ClientStreams: true},
			{StreamName: "Follow", Handler: s.follow, ServerStreams: true},
		},
		Metadata: "orders.proto",
	}
}

func (s *server) take(ctx context.Context, order proto.Message, trailers func(metadata.MD)) error {
	err := s.consider(ctx, order, trailers)
	if err == nil {
		s.accept(order)
	}
	return err
}

func (s *server) consider(ctx context.Context, order proto.Message, trailers func(metadata.MD)) error {
	call, first := s.came(order)
	return s.judge(ctx, order, call, first, trailers)
}

func (s *server) came(order proto.Message) (call int64, first bool) {
	_, sequence := keyAndSequence(order)
	noted := order.ProtoReflect().Descriptor().Fields().ByNumber(5)
	s.ledger.count(func(c *counts) {
		c.Largest = max(c.Largest, proto.Size(order))
		if noted != nil && order.ProtoReflect().Has(noted) {
			c.Noted++
		}
	})
	return s.ledger.came(sequence)
}

func (s *server) judge(ctx context.Context, order proto.Message, call int64, first bool, trailers func(metadata.MD)) error {
	told := s.switches.Load()
	_, sequence := keyAndSequence(order)
	if told.PerSecond > 0 {
		s.reading.Lock()
		time.Sleep(time.Duration(float64(time.Second) / told.PerSecond))
		s.reading.Unlock()
	}
	time.Sleep(time.Duration(told.DelayMillis) * time.Millisecond)
	r := told.ruleFor(call, sequence, first)
	if r == nil {
		return nil
	}
	if r.Taken {
		s.accept(order)
	}
	if r.Hang {
		<-ctx.Done()
		return ctx.Err()
	}
	if r.PushbackMillis != "" {
		trailers(metadata.Pairs("grpc-retry-pushback-ms", r.PushbackMillis))
	}
	return statusOf(r)
}

func (s *server) accept(order proto.Message) {
	s.ledger.accept(keyAndSequence(order))
}

func keyAndSequence(order proto.Message) (string, int64) {
	message := order.ProtoReflect()
	fields := message.Descriptor().Fields()
	return message.Get(fields.ByNumber(1)).String(), message.Get(fields.ByNumber(2)).Int()
}

func (s *server) message(name protoreflect.Name) proto.Message {
	return dynamicpb.NewMessage(s.types.Load().message(name))
}

// watch counts connections and calls at once.
type watch server

func (w *watch) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	return context.WithValue(ctx, watch{}, info.FullMethodName)
}

func (w *watch) HandleRPC(ctx context.Context, event stats.RPCStats) {
	reflection := ctx.Value(watch{}) != nil && len(ctx.Value(watch{}).(string)) > 5 && ctx.Value(watch{}).(string)[:6] == "/grpc."
	w.ledger.count(func(c *counts) {
		switch event.(type) {
		case *stats.Begin:
			if reflection {
				c.Reflection++
			} else {
				c.Streams++
			}
			c.AtOnce++
			c.Most = max(c.Most, c.AtOnce)
		case *stats.End:
			c.AtOnce--
		}
	})
}

func (w *watch) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

func (w *watch) HandleConn(_ context.Context, event stats.ConnStats) {
	if _, begun := event.(*stats.ConnBegin); begun {
		w.ledger.count(func(c *counts) { c.Connected++ })
	}
}

package main

import (
	"io"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// exchange answers each order until one isn't taken; then the stream ends with its status.
func (s *server) exchange(_ any, stream grpc.ServerStream) error {
	for {
		order := s.message("Order")
		if err := stream.RecvMsg(order); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := s.take(stream.Context(), order, stream.SetTrailer); err != nil {
			return err
		}
		if err := stream.SendMsg(s.message("Done")); err != nil {
			return err
		}
	}
}

// collect takes a stream as a whole: its orders are accepted when it ends, or none.
func (s *server) collect(_ any, stream grpc.ServerStream) error {
	var orders []proto.Message
	for {
		order := s.message("Order")
		if err := stream.RecvMsg(order); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		if err := s.consider(stream.Context(), order, stream.SetTrailer); err != nil {
			return err
		}
		orders = append(orders, order)
	}
	for _, order := range orders {
		s.accept(order)
	}
	return stream.SendMsg(s.message("Done"))
}

// steps is how many messages tell an order's way where it goes to its end.
const steps = 4

// follow answers an order with the steps of its way. One that isn't taken has half of them before the status.
func (s *server) follow(_ any, stream grpc.ServerStream) error {
	order := s.message("Order")
	if err := stream.RecvMsg(order); err != nil {
		return err
	}
	call, first := s.came(order)
	for place := int64(1); place <= steps; place++ {
		if err := stream.SendMsg(s.step(order, place, call)); err != nil {
			return err
		}
		if place == steps/2 {
			if err := s.judge(stream.Context(), order, call, first, stream.SetTrailer); err != nil {
				return err
			}
		}
	}
	s.accept(order)
	return nil
}

func (s *server) step(order proto.Message, place, call int64) proto.Message {
	_, sequence := keyAndSequence(order)
	step := s.message("Step")
	for number, value := range []int64{sequence, place, call} {
		field := step.ProtoReflect().Descriptor().Fields().ByNumber(protoreflect.FieldNumber(number + 1))
		step.ProtoReflect().Set(field, protoreflect.ValueOfInt64(value))
	}
	return step
}

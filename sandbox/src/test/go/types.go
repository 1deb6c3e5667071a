package main

import (
	"google.golang.org/grpc/reflection"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	reflectionv1alpha "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// types are the messages of a descriptor set.
type types struct{ files *protoregistry.Files }

func (t *types) message(name protoreflect.Name) protoreflect.MessageDescriptor {
	found, err := t.files.FindDescriptorByName("shop.v1." + protoreflect.FullName(name))
	must(err)
	return found.(protoreflect.MessageDescriptor)
}

func (s *server) describe(set []byte) error {
	var files descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(set, &files); err != nil {
		return err
	}
	registry, err := protodesc.NewFiles(&files)
	if err == nil {
		s.types.Store(&types{registry})
	}
	return err
}

// FindFileByPath is what reflection asks.
func (s *server) FindFileByPath(path string) (protoreflect.FileDescriptor, error) {
	return s.types.Load().files.FindFileByPath(path)
}

// FindDescriptorByName is what reflection asks.
func (s *server) FindDescriptorByName(name protoreflect.FullName) (protoreflect.Descriptor, error) {
	return s.types.Load().files.FindDescriptorByName(name)
}

func (s *server) reflect(versions string) {
	options := reflection.ServerOptions{Services: s.serving, DescriptorResolver: s}
	if versions == "v1" || versions == "both" {
		reflectionv1.RegisterServerReflectionServer(s.serving, reflection.NewServerV1(options))
	}
	if versions == "v1alpha" || versions == "both" {
		reflectionv1alpha.RegisterServerReflectionServer(s.serving, reflection.NewServer(options))
	}
}

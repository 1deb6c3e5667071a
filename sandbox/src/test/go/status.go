package main

import (
	"fmt"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"
)

// statusOf is the rule's code with the details that it names.
func statusOf(r *rule) error {
	var code codes.Code
	if err := code.UnmarshalJSON([]byte(`"` + r.Code + `"`)); err != nil {
		return status.Error(codes.Internal, fmt.Sprintf("no such code: %s", r.Code))
	}
	var details []protoadapt.MessageV1
	if r.RetryMillis > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(time.Duration(r.RetryMillis) * time.Millisecond)})
	}
	if r.Quota != "" {
		details = append(details, &errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{Subject: "project:shop", Description: r.Quota}}})
	}
	if field, description, has := strings.Cut(r.Field, ": "); has {
		details = append(details, &errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: field, Description: description}}})
	}
	if r.Reason != "" {
		details = append(details, &errdetails.ErrorInfo{Reason: r.Reason, Domain: "shop.example"})
	}
	told := status.New(code, r.Message)
	if len(details) > 0 {
		with, err := told.WithDetails(details...)
		must(err)
		told = with
	}
	return told.Err()
}

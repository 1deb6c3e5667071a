package main

import (
	"crypto/tls"
	"crypto/x509"

	"google.golang.org/grpc/credentials"
)

// credentials are the server's certificate, and whose clients it takes.
func (s *switches) credentials() credentials.TransportCredentials {
	own, err := tls.X509KeyPair([]byte(s.Certificate), []byte(s.Key))
	must(err)
	config := &tls.Config{Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS12}
	if s.Clients != "" {
		config.ClientAuth = tls.RequireAndVerifyClientCert
		config.ClientCAs = x509.NewCertPool()
		config.ClientCAs.AppendCertsFromPEM([]byte(s.Clients))
	}
	return credentials.NewTLS(config)
}

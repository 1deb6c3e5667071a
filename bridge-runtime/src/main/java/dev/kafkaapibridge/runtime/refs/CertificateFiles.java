package dev.kafkaapibridge.runtime.refs;

import dev.kafkaapibridge.api.certificates.ClientCertificate;
import dev.kafkaapibridge.api.certificates.Identity;
import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that a spec names, as their files have them at one moment.
 *
 * @param authorities whom to trust, by the file; none: the public ones
 * @param own what is shown; null: the spec names nothing
 */
public record CertificateFiles(
    List<List<X509Certificate>> authorities, @Nullable ClientCertificate own) {

  /** What a look at the files yields. */
  public sealed interface Look {
    record Whole(CertificateFiles files) implements Look {}

    /**
     * @param place in the list of authorities
     */
    record WithoutAuthority(int place) implements Look {}

    /**
     * @param why as {@link Identity.None} says it
     */
    record WithoutOwn(String why) implements Look {}
  }

  /**
   * @param authorities the certificates of a PEM file, null while there were none yet
   * @param own null: none is shown
   * @param identities the client certificate of a Secret
   */
  public static Look look(
      List<CaRef> refs,
      Function<CaRef, @Nullable List<X509Certificate>> authorities,
      @Nullable NameRef own,
      Function<NameRef, Identity> identities) {
    var trusted = new ArrayList<List<X509Certificate>>(refs.size());
    for (CaRef ref : refs) {
      List<X509Certificate> some = authorities.apply(ref);
      if (some == null) {
        return new Look.WithoutAuthority(trusted.size());
      }
      trusted.add(some);
    }
    if (own == null) {
      return new Look.Whole(new CertificateFiles(trusted, null));
    }
    return switch (identities.apply(own)) {
      case Identity.Shown(ClientCertificate shown) ->
          new Look.Whole(new CertificateFiles(trusted, shown));
      case Identity.None(String why) -> new Look.WithoutOwn(why);
    };
  }

  /** As above, where nothing is shown. */
  public static Look look(
      List<CaRef> refs, Function<CaRef, @Nullable List<X509Certificate>> authorities) {
    return look(refs, authorities, null, ignored -> new Identity.None("is not asked for"));
  }

  /** All authorities, of whatever file. */
  public List<X509Certificate> trusted() {
    return authorities.stream().flatMap(List::stream).toList();
  }

  /** Whether no file has changed: what is in one is another object only then. */
  public boolean areAsIn(CertificateFiles before) {
    if (own != before.own) {
      return false;
    }
    for (int i = 0; i < authorities.size(); i++) {
      if (authorities.get(i) != before.authorities.get(i)) {
        return false;
      }
    }
    return true;
  }
}

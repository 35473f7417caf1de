using System.Security.Cryptography;
using System.Text;
using DaprMemory.Core.Audit;

namespace DaprMemory.Core.Tests.Audit;

public sealed class CommitKeyRingTests : IDisposable
{
    readonly ECDsa _new = ECDsa.Create(ECCurve.NamedCurves.nistP256), _old = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _new.Dispose();
        _old.Dispose();
    }

    [Fact]
    public void First_private_key_signs_and_all_others_verify()
    {
        foreach (var old in new[] { _old.ExportPkcs8PrivateKeyPem(), _old.ExportECPrivateKeyPem(), _old.ExportSubjectPublicKeyInfoPem() })
        {
            using var before = CommitKeyRing.Parse(Bytes(_old.ExportPkcs8PrivateKeyPem()));
            using var ring = CommitKeyRing.Parse(Bytes($"\uFEFFthe keys of November\n{_new.ExportPkcs8PrivateKeyPem()}\r\n{old}\n"));
            var hash = SHA256.HashData("x"u8);

            ring.Signer.Key.Id.ShouldBe(CommitKey.Of(_new).Id);
            using var verifier = new SignatureVerifier(ring.Keys);
            verifier.Check(ring.Signer.Sign(hash), hash).ShouldBeNull();
            verifier.Check(before.Signer.Sign(hash), hash).ShouldBeNull();
            ring.Keys.Keys.Count.ShouldBe(2);
        }
    }

    [Fact]
    public void Public_key_before_the_private_one_does_not_keep_it_from_signing()
    {
        using var ring = CommitKeyRing.Parse(Bytes($"{_old.ExportSubjectPublicKeyInfoPem()}\n{_new.ExportECPrivateKeyPem()}"));
        ring.Signer.Key.Id.ShouldBe(CommitKey.Of(_new).Id);
    }

    [Fact]
    public void Key_without_frame_is_taken_as_DER_or_its_base64()
    {
        var der = _new.ExportPkcs8PrivateKey();
        foreach (var text in new[] { der, Bytes(Convert.ToBase64String(der) + "\n") })
        {
            using var ring = CommitKeyRing.Parse(text);
            ring.Signer.Key.Id.ShouldBe(CommitKey.Of(_new).Id);
        }
    }

    [Fact]
    public void Parameters_that_openssl_writes_before_its_key_are_passed_over()
    {
        using var ring = CommitKeyRing.Parse(Bytes($"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{_new.ExportECPrivateKeyPem()}"));
        ring.Keys.Keys.ShouldHaveSingleItem();
    }

    [Fact]
    public void What_can_not_sign_is_refused_and_not_shown()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        string[] bad =
        [
            "", "hello", "AAAA", _new.ExportSubjectPublicKeyInfoPem(), other.ExportPkcs8PrivateKeyPem(), rsa.ExportPkcs8PrivateKeyPem(),
            _new.ExportEncryptedPkcs8PrivateKeyPem("pass", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)),
            _new.ExportPkcs8PrivateKeyPem().Replace("M", "N", StringComparison.Ordinal),
            $"{_new.ExportPkcs8PrivateKeyPem()}\n{other.ExportSubjectPublicKeyInfoPem()}",
        ];
        foreach (var text in bad)
        {
            var refused = Should.Throw<FormatException>(() => CommitKeyRing.Parse(Bytes(text)), text);
            if (text.Length > 100)
                refused.Message.ShouldNotContain(text.Split('\n')[1]);
        }
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}

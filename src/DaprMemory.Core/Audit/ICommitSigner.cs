namespace DaprMemory.Core.Audit;

/// <summary>Signs commits, so that whoever has the public keys can tell those of this system from forged ones. Called from any thread.</summary>
public interface ICommitSigner
{
    /// <summary>Signs a commit's hash with the key in use.</summary>
    /// <param name="hash">SHA-256 over the commit's canonical form, 32 bytes.</param>
    /// <returns>A JWS in compact form (RFC 7515) whose payload is the hash.</returns>
    string Sign(ReadOnlySpan<byte> hash);
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Log;

/// <summary>
/// The hash chain. A commit's hash is SHA-256 over its canonical form: every field in the order of the records' declarations, integers as
/// 8 bytes little-endian, text and bytes with their length before them, an absent field as length -1, a value as its digest only.
/// </summary>
internal static class CommitHash
{
    public const int Size = SHA256.HashSizeInBytes;
    public const int SaltSize = 16;

    /// <summary>What the first commit of a space names as the one before: it binds the chain to the space's name.</summary>
    public static byte[] Genesis(SpaceId space) => SHA256.HashData(Encoding.UTF8.GetBytes($"daprmemory:{space}"));

    public static Content NewContent(ReadOnlyMemory<byte> json)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return new Content(Digest(salt, json.Span), salt, json);
    }

    public static byte[] Digest(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> json)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(salt);
        sha.AppendData(json);
        return sha.GetHashAndReset();
    }

    public static byte[] Of(Commit commit)
    {
        using var canonical = new CanonicalHash();
        canonical.Add(CommitCodec.Format);
        canonical.Add(commit.Number);
        canonical.Add(commit.Id.ToByteArray());
        canonical.Add(commit.Previous.Span);
        canonical.Add(commit.At.ToUnixTimeMilliseconds());
        canonical.Add(commit.Entries.Count);
        foreach (var entry in commit.Entries)
        {
            canonical.Add(entry.By);
            canonical.Add(entry.RequestId);
            canonical.Add((long)(ulong)entry.RequestDigest);
            canonical.Add((long)(ulong)(entry.RequestDigest >> 64));
            canonical.Add(entry.Changes.Count);
            foreach (var change in entry.Changes)
                Add(canonical, change);
            canonical.Add(entry.Dependencies?.Count ?? -1);
            foreach (var (space, version) in entry.Dependencies ?? DependencySet.None)
            {
                canonical.Add(space);
                canonical.Add(version);
            }
            Add(canonical, entry.Refusal);
            if (entry.Via is { } via)
                canonical.Add(via);
            else
                canonical.AddAbsent();
        }
        return canonical.Finish();
    }

    static void Add(CanonicalHash canonical, Refusal? refusal)
    {
        if (refusal is null)
        {
            canonical.AddAbsent();
            return;
        }
        canonical.Add((long)refusal.Reason);
        canonical.Add(refusal.Index);
        Add(canonical, refusal.Current);
    }

    static void Add(CanonicalHash canonical, ETag? etag)
    {
        if (etag is { } place)
        {
            canonical.Add(place.Commit);
            canonical.Add(place.Entry);
        }
        else
            canonical.AddAbsent();
    }

    static void Add(CanonicalHash canonical, Change change)
    {
        canonical.Add((long)change.Key.Kind);
        canonical.Add(change.Key.Key);
        if (change.Content is { } content)
            canonical.Add(content.Digest.Span);
        else
            canonical.AddAbsent();
        Add(canonical, change.Was);
        canonical.Add(change.ExpiresAt?.ToUnixTimeMilliseconds() ?? -1);
        canonical.Add(change.Tags?.Length ?? -1);
        foreach (var tag in change.Tags ?? [])
            canonical.Add(tag);
    }

    /// <summary>Feeds fields to SHA-256 through a small buffer, because each call into the hash costs more than the bytes.</summary>
    sealed class CanonicalHash : IDisposable
    {
        readonly IncrementalHash _sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        readonly byte[] _buffer = new byte[2048];
        int _used;

        public void Add(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);
        }

        public void AddAbsent() => Add(-1L);

        public void Add(string text)
        {
            var length = Encoding.UTF8.GetByteCount(text);
            Add(length);
            if (length > _buffer.Length)
                Append(Encoding.UTF8.GetBytes(text));
            else
                Encoding.UTF8.GetBytes(text, Take(length));
        }

        public void Add(ReadOnlySpan<byte> bytes)
        {
            Add(bytes.Length);
            if (bytes.Length > _buffer.Length)
                Append(bytes);
            else
                bytes.CopyTo(Take(bytes.Length));
        }

        public byte[] Finish()
        {
            Flush();
            return _sha.GetHashAndReset();
        }

        public void Dispose() => _sha.Dispose();

        Span<byte> Take(int count)
        {
            if (_used + count > _buffer.Length)
                Flush();
            var span = _buffer.AsSpan(_used, count);
            _used += count;
            return span;
        }

        void Append(ReadOnlySpan<byte> bytes)
        {
            Flush();
            _sha.AppendData(bytes);
        }

        void Flush()
        {
            _sha.AppendData(_buffer.AsSpan(0, _used));
            _used = 0;
        }
    }
}

using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace DaprMemory.Core.Audit;

/// <summary>The public keys that signatures are checked with, as a JSON Web Key Set (RFC 7517).</summary>
public sealed class CommitKeySet
{
    readonly FrozenDictionary<string, CommitKey> _keys;

    /// <summary>Creates a set.</summary>
    public CommitKeySet(IEnumerable<CommitKey> keys) => _keys = keys.DistinctBy(key => key.Id).ToFrozenDictionary(key => key.Id, StringComparer.Ordinal);

    /// <summary>The keys.</summary>
    public IReadOnlyCollection<CommitKey> Keys => _keys.Values;

    /// <summary>Finds a key; null if it is not there.</summary>
    public CommitKey? Find(string id) => _keys.GetValueOrDefault(id);

    /// <summary>Reads a set. Keys of other kinds are passed over.</summary>
    /// <exception cref="FormatException">The text is no key set.</exception>
    public static CommitKeySet Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            return new CommitKeySet([.. document.RootElement.GetProperty("keys").EnumerateArray().Where(IsEs256).Select(Read)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"this is no JSON Web Key Set: {e.Message}", e);
        }
    }

    /// <summary>The set as JSON text.</summary>
    public byte[] ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys"u8);
            foreach (var key in _keys.Values.OrderBy(key => key.Id, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("kty"u8, "EC"u8);
                json.WriteString("crv"u8, "P-256"u8);
                json.WriteString("use"u8, "sig"u8);
                json.WriteString("alg"u8, "ES256"u8);
                json.WriteString("kid"u8, key.Id);
                json.WriteString("x"u8, Base64Url.EncodeToUtf8(key.Point.X));
                json.WriteString("y"u8, Base64Url.EncodeToUtf8(key.Point.Y));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    static bool IsEs256(JsonElement key) => key.GetProperty("kty").ValueEquals("EC") && key.GetProperty("crv").ValueEquals("P-256");

    static CommitKey Read(JsonElement key) => CommitKey.Of(new ECPoint { X = Coordinate(key, "x"), Y = Coordinate(key, "y") });

    static byte[] Coordinate(JsonElement key, string name) =>
        Base64Url.DecodeFromUtf8(Encoding.ASCII.GetBytes(key.GetProperty(name).GetString() ?? "")) is { Length: 32 } bytes
            ? bytes
            : throw new FormatException($"'{name}' of a P-256 key has 32 bytes");
}

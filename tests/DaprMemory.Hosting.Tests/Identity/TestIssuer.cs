using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace DaprMemory.Hosting.Tests.Identity;

/// <summary>An issuer of good tokens, and of every kind of bad one. It knows nothing of the library that verifies them.</summary>
internal sealed class TestIssuer : IDisposable
{
    public const string Name = "https://issuer.test";
    public const string Audience = "daprmemory";

    // They take long to make, and which primes they have matters to no test.
    static readonly RSA Rsa = RSA.Create(2048), StrangersRsa = RSA.Create(2048);

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("daprmemory-issuer-");
    readonly List<(string Id, AsymmetricAlgorithm Key)> _keys = [];

    public TestIssuer(params string[] keys)
    {
        foreach (var id in keys.DefaultIfEmpty("ec"))
            Add(id);
    }

    /// <summary>The file of its public keys.</summary>
    public string JwksFile => Path.Combine(_folder.FullName, "jwks.json");

    /// <summary>The public keys.</summary>
    public string Jwks => new JsonObject { ["keys"] = new JsonArray([.. _keys.Select(key => ToJwk(key.Id, key.Key))]) }.ToJsonString();

    /// <summary>The settings by which a service trusts it.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["Identity:Mode"] = "Required",
        ["Identity:JwksFile"] = JwksFile,
        ["Identity:Issuer"] = Name,
    };

    /// <summary>Adds a key: the one RSA key if its id begins so, else a new one on P-256.</summary>
    public void Add(string id)
    {
        _keys.Add((id, id.StartsWith("rsa", StringComparison.Ordinal) ? Rsa : ECDsa.Create(ECCurve.NamedCurves.nistP256)));
        Write(Jwks);
    }

    /// <summary>Withdraws a key.</summary>
    public void Remove(string id)
    {
        _keys.RemoveAll(key => key.Id == id);
        Write(Jwks);
    }

    /// <summary>Puts a text in the place of the keys' file, in one step.</summary>
    public void Write(string text)
    {
        var draft = JwksFile + ".draft";
        File.WriteAllText(draft, text);
        File.Move(draft, JwksFile, overwrite: true);
    }

    /// <summary>The claims of a good token.</summary>
    public static JsonObject Claims(string tenant = "acme", string agent = "planner", string scope = "memory:read memory:write", DateTimeOffset? now = null)
    {
        var time = (now ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = Name,
            ["aud"] = Audience,
            ["sub"] = agent,
            ["tenant"] = tenant,
            ["scope"] = scope,
            ["nbf"] = time,
            ["exp"] = time + 3600,
            ["jti"] = Guid.NewGuid().ToString("N"),
        };
    }

    /// <summary>A good token.</summary>
    public string Token(string tenant = "acme", string agent = "planner", string scope = "memory:read memory:write") => Sign(Claims(tenant, agent, scope));

    /// <summary>A token with a claim changed; null: taken out.</summary>
    public string TokenWith(string claim, JsonNode? value, string tenant = "acme")
    {
        var claims = Claims(tenant);
        if (value is null)
            claims.Remove(claim);
        else
            claims[claim] = value;
        return Sign(claims);
    }

    /// <summary>Signs claims with a key, under any header that is asked for.</summary>
    public string Sign(JsonObject claims, string? keyId = null, JsonObject? header = null) => SignText(claims.ToJsonString(), keyId, header);

    /// <summary>Signs what may or may not be claims.</summary>
    public string SignText(string claims, string? keyId = null, JsonObject? header = null)
    {
        var (id, key) = keyId is null ? _keys[0] : _keys.Single(key => key.Id == keyId);
        return Sign(claims, header ?? new JsonObject { ["alg"] = key is RSA ? "RS256" : "ES256", ["kid"] = id, ["typ"] = "JWT" }, key);
    }

    /// <summary>A token without a signature.</summary>
    public string Unsigned(JsonObject claims) => Parts(new JsonObject { ["alg"] = "none", ["kid"] = _keys[0].Id, ["typ"] = "JWT" }, claims.ToJsonString()) + ".";

    /// <summary>A token whose secret is what everyone can read: the public key, in the form that a careless verifier would use.</summary>
    public string SignedWithPublicKey(JsonObject claims)
    {
        var input = Parts(new JsonObject { ["alg"] = "HS256", ["kid"] = _keys[0].Id }, claims.ToJsonString());
        var secret = Encoding.ASCII.GetBytes(_keys[0].Key.ExportSubjectPublicKeyInfoPem());
        return $"{input}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)))}";
    }

    /// <summary>A token of a stranger who names our first key.</summary>
    public string SignedByStranger(JsonObject claims, string algorithm)
    {
        AsymmetricAlgorithm key = algorithm == "RS256" ? StrangersRsa : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Sign(claims.ToJsonString(), new JsonObject { ["alg"] = algorithm, ["kid"] = _keys[0].Id }, key);
    }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
    }

    static string Sign(string claims, JsonObject header, AsymmetricAlgorithm key)
    {
        var input = Parts(header, claims);
        var bytes = Encoding.ASCII.GetBytes(input);
        var signature = key is RSA rsa
            ? rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : ((ECDsa)key).SignData(bytes, HashAlgorithmName.SHA256);
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }

    static string Parts(JsonObject header, string claims) => $"{Encode(header.ToJsonString())}.{Encode(claims)}";

    static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    static JsonNode ToJwk(string id, AsymmetricAlgorithm key)
    {
        if (key is RSA rsa)
        {
            var modulus = rsa.ExportParameters(false);
            return new JsonObject { ["kty"] = "RSA", ["kid"] = id, ["use"] = "sig", ["n"] = Base64Url.EncodeToString(modulus.Modulus), ["e"] = Base64Url.EncodeToString(modulus.Exponent) };
        }
        var point = ((ECDsa)key).ExportParameters(false).Q;
        return new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = id, ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
    }
}

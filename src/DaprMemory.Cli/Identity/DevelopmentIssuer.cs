using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DaprMemory.Hosting.Identity;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DaprMemory.Cli.Identity;

/// <summary>Issues tokens for one data folder. Who can read its key, which only the folder's owner can, is whoever it likes.</summary>
internal sealed class DevelopmentIssuer
{
    /// <summary>The <c>iss</c> of its tokens.</summary>
    public const string Name = "daprmem";

    static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    readonly SigningCredentials _credentials;

    DevelopmentIssuer(string folder, ECDsa key)
    {
        JwksFile = JwksFileIn(folder);
        _credentials = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = KeyIdOf(key) }, SecurityAlgorithms.EcdsaSha256);
    }

    /// <summary>The file of its public key.</summary>
    public string JwksFile { get; }

    /// <summary>Opens the issuer of a data folder, or makes one.</summary>
    /// <exception cref="IOException">It can't be read or made; the message says why.</exception>
    public static DevelopmentIssuer OpenOrCreate(string dataPath)
    {
        if (TryOpen(dataPath) is { } issuer)
            return issuer;
        var folder = FolderOf(dataPath);
        try
        {
            Directory.CreateDirectory(folder);
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            OwnersFile.Write(JwksFileIn(folder), ToJwks(key));
            // Last: it is what makes the issuer be there.
            OwnersFile.Write(KeyFileIn(folder), key.ExportPkcs8PrivateKeyPem());
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The key of the development issuer can't be written: {e.Message}", e);
        }
        return TryOpen(dataPath) ?? throw new IOException($"The key of the development issuer is gone from {folder}.");
    }

    /// <summary>Opens the issuer of a data folder, if there is one.</summary>
    /// <exception cref="IOException">It can't be read; the message says why.</exception>
    public static DevelopmentIssuer? TryOpen(string dataPath)
    {
        var file = KeyFileIn(FolderOf(dataPath));
        if (!File.Exists(file))
            return null;
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
            return new DevelopmentIssuer(FolderOf(dataPath), key);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            throw new IOException($"The key of the development issuer, {file}, can't be used: {e.Message}", e);
        }
    }

    /// <summary>Issues a token.</summary>
    /// <param name="tenant">Whose spaces it is for.</param>
    /// <param name="agent">Whom it names.</param>
    /// <param name="scopes">What it allows.</param>
    /// <param name="life">How long it is good.</param>
    public string Issue(string tenant, string agent, IEnumerable<string> scopes, TimeSpan life)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Name,
            ["aud"] = IdentityOptions.DefaultAudience,
            ["sub"] = agent,
            ["tenant"] = tenant,
            ["scope"] = string.Join(' ', scopes),
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + (long)life.TotalSeconds,
            ["jti"] = Guid.NewGuid().ToString("N"),
        };
        return Handler.CreateToken(claims.ToJsonString(), _credentials);
    }

    /// <summary>The settings by which a service takes its tokens.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new($"{IdentityOptions.SectionName}:{nameof(IdentityOptions.Mode)}", nameof(IdentityMode.Required)),
        new($"{IdentityOptions.SectionName}:{nameof(IdentityOptions.JwksFile)}", JwksFile),
        new($"{IdentityOptions.SectionName}:{nameof(IdentityOptions.Issuer)}", Name),
    ];

    static string FolderOf(string dataPath) => Path.Combine(Path.GetFullPath(dataPath), "issuer");

    static string KeyFileIn(string folder) => Path.Combine(folder, "key.pem");

    static string JwksFileIn(string folder) => Path.Combine(folder, "jwks.json");

    static string KeyIdOf(ECDsa key) => Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];

    static string ToJwks(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var jwk = new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["use"] = "sig",
            ["alg"] = SecurityAlgorithms.EcdsaSha256,
            ["kid"] = KeyIdOf(key),
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
        return new JsonObject { ["keys"] = new JsonArray(jwk) }.ToJsonString();
    }
}

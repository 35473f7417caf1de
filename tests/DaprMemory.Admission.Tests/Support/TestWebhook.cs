using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using DaprMemory.Hosting.Tests.Tls;
using DaprMemory.Service.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DaprMemory.Admission.Tests.Support;

/// <summary>The webhook behind real HTTPS, beside an API server, and questions as API servers put them.</summary>
public sealed class TestWebhook : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("daprmemory-admission").FullName;
    readonly TestAuthority _authority = new();
    TestApiServer _server = null!;
    WebApplication _app = null!;
    HttpClient _http = null!;

    internal TestApiServer Server => _server;

    internal ManualTime Time { get; } = new();

    public async Task InitializeAsync()
    {
        SetCertificate("first");
        await File.WriteAllTextAsync(In("ca.crt"), _authority.Certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(In("token"), TestApiServer.Token + "\n");
        _server = await TestApiServer.StartAsync(_authority);
        _app = Build();
        await _app.StartAsync();
        _http = new HttpClient(new SocketsHttpHandler
        {
            // Each request shows the certificate anew.
            PooledConnectionLifetime = TimeSpan.Zero,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { _authority.Certificate },
                },
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                {
                    Shown = certificate?.Subject;
                    return errors == SslPolicyErrors.None;
                },
            },
        })
        {
            BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()),
        };
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await _server.DisposeAsync();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The subject of the certificate that the webhook showed last.</summary>
    internal string? Shown { get; private set; }

    internal string In(string file) => Path.Combine(_folder, file);

    internal void SetCertificate(string name) => SetCertificate(_authority.Sign(name));

    internal void SetCertificate((string Certificate, string Key) pair)
    {
        File.WriteAllText(In("tls.crt"), pair.Certificate);
        File.WriteAllText(In("tls.key"), pair.Key);
    }

    internal (string Certificate, string Key) Sign(string name) => _authority.Sign(name);

    /// <summary>Asks whether an object may be made or changed.</summary>
    /// <param name="json">The object.</param>
    /// <param name="inNamespace">Where; null for what is in none.</param>
    /// <param name="old">The object as it is, for a change.</param>
    /// <returns>The reasons against it; null if there are none.</returns>
    internal async Task<string?> AskAsync(string json, string? inNamespace, string? old = null)
    {
        var uid = Guid.NewGuid().ToString();
        using var answer = await PostAsync(Review(uid, json, inNamespace, old));
        answer.EnsureSuccessStatusCode();
        var review = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        review["apiVersion"]!.GetValue<string>().ShouldBe("admission.k8s.io/v1");
        review["kind"]!.GetValue<string>().ShouldBe("AdmissionReview");
        var response = review["response"]!;
        response["uid"]!.GetValue<string>().ShouldBe(uid);
        if (response["allowed"]!.GetValue<bool>())
        {
            response["status"].ShouldBeNull();
            return null;
        }
        response["status"]!["code"]!.GetValue<int>().ShouldBe(403);
        return response["status"]!["message"]!.GetValue<string>();
    }

    internal Task<HttpResponseMessage> PostAsync(string body) =>
        // As the API server: with its timeout in the query.
        _http.PostAsync(new Uri("/validate?timeout=5s", UriKind.Relative), new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")));

    internal Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri(path, UriKind.Relative));

    /// <summary>A question with everything that an API server puts into it.</summary>
    internal static string Review(string uid, string json, string? inNamespace, string? old = null)
    {
        var item = JsonNode.Parse(json)!.AsObject();
        var (group, version) = item["apiVersion"]!.GetValue<string>().Split('/') is [var g, var v] ? (g, v) : ("", item["apiVersion"]!.GetValue<string>());
        var kind = item["kind"]!.GetValue<string>();
        var resource = kind.ToLowerInvariant() + "s";
        var request = new JsonObject
        {
            ["uid"] = uid,
            ["kind"] = new JsonObject { ["group"] = group, ["version"] = version, ["kind"] = kind },
            ["resource"] = new JsonObject { ["group"] = group, ["version"] = version, ["resource"] = resource },
            ["requestKind"] = new JsonObject { ["group"] = group, ["version"] = version, ["kind"] = kind },
            ["requestResource"] = new JsonObject { ["group"] = group, ["version"] = version, ["resource"] = resource },
            ["operation"] = old is null ? "CREATE" : "UPDATE",
            ["userInfo"] = new JsonObject { ["username"] = "system:serviceaccount:kube-system:replicaset-controller", ["groups"] = new JsonArray("system:authenticated") },
            ["object"] = item,
            ["oldObject"] = old is null ? null : JsonNode.Parse(old),
            ["dryRun"] = false,
            ["options"] = new JsonObject { ["kind"] = "CreateOptions", ["apiVersion"] = "meta.k8s.io/v1" },
        };
        if (inNamespace is not null)
            request["namespace"] = inNamespace;
        if (item["metadata"]?["name"] is { } name)
            request["name"] = name.DeepClone();
        return new JsonObject { ["kind"] = "AdmissionReview", ["apiVersion"] = "admission.k8s.io/v1", ["request"] = request }.ToJsonString();
    }

    WebApplication Build() => AdmissionApp.Build([], builder =>
    {
        builder.WebHost.UseUrls("https://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Default"] = "None",
            ["Tls:CertificatePath"] = In("tls.crt"),
            ["Tls:KeyPath"] = In("tls.key"),
            ["Admission:Namespace"] = "memory",
            ["Admission:ApiServer"] = _server.Address,
            ["Admission:TokenPath"] = In("token"),
            ["Admission:AuthorityPath"] = In("ca.crt"),
            ["Admission:StoreSecrets:0"] = "daprmemory-strong",
            ["Admission:StoreHosts:0"] = "redis.data.svc",
            ["Admission:OtherApps:0"] = "audit-sink",
        });
    });
}

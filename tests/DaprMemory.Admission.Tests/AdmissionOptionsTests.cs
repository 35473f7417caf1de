using DaprMemory.Hosting.Tests.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace DaprMemory.Admission.Tests;

public sealed class AdmissionOptionsTests
{
    [Fact]
    public async Task Missing_settings_are_all_named_at_once()
    {
        var errors = (await FailAsync([])).ToString();

        errors.ShouldContain("CertificatePath");
        errors.ShouldContain("Namespace");
        errors.ShouldContain("Admission:ApiServer is empty");
    }

    [Fact]
    public async Task Api_server_without_https_is_refused()
    {
        using var authority = new TestAuthority();
        var folder = Directory.CreateTempSubdirectory("daprmemory-admission");
        try
        {
            var (certificate, key) = (Path.Combine(folder.FullName, "tls.crt"), Path.Combine(folder.FullName, "tls.key"));
            var pair = authority.Sign("memory-admission");
            await File.WriteAllTextAsync(certificate, pair.Certificate);
            await File.WriteAllTextAsync(key, pair.Key);

            (await FailAsync(new()
            {
                ["Tls:CertificatePath"] = certificate,
                ["Tls:KeyPath"] = key,
                ["Admission:Namespace"] = "memory",
                ["Admission:ApiServer"] = "http://127.0.0.1:1",
            })).ToString().ShouldContain("is not an https URL");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Certificate_that_is_not_there_is_refused() =>
        (await FailAsync(new()
        {
            ["Tls:CertificatePath"] = "/nowhere/tls.crt",
            ["Tls:KeyPath"] = "/nowhere/tls.key",
            ["Admission:Namespace"] = "memory",
            ["Admission:ApiServer"] = "https://127.0.0.1:1",
        })).ToString().ShouldContain("there is no file '/nowhere/tls.crt'");

    static async Task<OptionsValidationException> FailAsync(Dictionary<string, string?> settings) =>
        await Should.ThrowAsync<OptionsValidationException>(async () =>
        {
            await using var app = AdmissionApp.Build([], builder =>
            {
                builder.WebHost.UseUrls("https://127.0.0.1:0");
                builder.Configuration.AddInMemoryCollection(settings);
            });
            await app.StartAsync();
        });
}

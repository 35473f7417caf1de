using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting;

/// <summary>A service that is a process of its own.</summary>
public static class ServiceProcess
{
    /// <summary>Runs a service until the process is told to stop.</summary>
    /// <param name="build">Builds it.</param>
    /// <returns>The exit code: 0, or 1 if its configuration breaks rules; then all of them stand on the standard error, a line each.</returns>
    public static Task<int> RunAsync(Func<WebApplication> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        return RunAsync(build, Console.Error);
    }

    internal static async Task<int> RunAsync(Func<WebApplication> build, TextWriter errors)
    {
        try
        {
            var app = build();
            // Before anything of the app is made: what is made of wrong options would fail alone, and the other failures be left unsaid.
            app.Services.GetService<IStartupValidator>()?.Validate();
            await app.RunAsync().ConfigureAwait(false);
            return 0;
        }
        catch (OptionsValidationException exception)
        {
            return Refuse([exception], errors);
        }
        // What the validator makes of it when options of several sections break rules.
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            return Refuse(exception.InnerExceptions.Cast<OptionsValidationException>(), errors);
        }
    }

    static int Refuse(IEnumerable<OptionsValidationException> exceptions, TextWriter errors)
    {
        foreach (var failure in exceptions.SelectMany(exception => exception.Failures))
            errors.WriteLine(failure);
        return 1;
    }
}

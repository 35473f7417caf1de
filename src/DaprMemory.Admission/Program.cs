using DaprMemory.Admission;
using Microsoft.Extensions.Options;

try
{
    await AdmissionApp.Build(args).RunAsync();
    return 0;
}
catch (OptionsValidationException exception)
{
    foreach (var failure in exception.Failures)
        Console.Error.WriteLine(failure);
    return 1;
}
